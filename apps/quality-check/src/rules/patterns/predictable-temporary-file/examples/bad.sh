#!/bin/sh
set -e
# ruleid: predictable-temporary-file
list > /tmp/list.$$
# ruleid: predictable-temporary-file
file=/tmp/shop.$$
