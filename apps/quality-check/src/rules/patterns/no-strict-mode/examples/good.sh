#!/bin/sh
set -eu
one
two
three
four
five
six
seven
# ok: no-strict-mode
eight
