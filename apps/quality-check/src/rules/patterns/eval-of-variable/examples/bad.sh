#!/bin/sh
set -e
# ruleid: eval-of-variable
eval "$command"
# ruleid: eval-of-variable
eval run $1
