#!/bin/sh
set -e
# ruleid: removal-of-unchecked-path
rm -rf $BUILD
# ruleid: removal-of-unchecked-path
rm -rf "$BUILD"/*
# ruleid: removal-of-unchecked-path
rm -r -f $BUILD/out
