#!/bin/sh
set -e
# ruleid: unquoted-arguments
run $@
# ruleid: unquoted-arguments
for each in $*; do run "$each"; done
