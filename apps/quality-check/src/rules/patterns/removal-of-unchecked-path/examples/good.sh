#!/bin/sh
set -e
# ok: removal-of-unchecked-path
rm -rf "${BUILD:?}"/*
# ok: removal-of-unchecked-path
rm -rf "$BUILD"
# ok: removal-of-unchecked-path
rm -f $FILE
