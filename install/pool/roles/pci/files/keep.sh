#!/bin/sh
# keep.sh FILE: standard input takes the place of FILE, whole or not at all, and the disk has it before this ends.
set -eu
umask 077
folder=$(dirname "$1")
mkdir -p "$folder"
cat >"$1.new"
sync "$1.new"
mv -f "$1.new" "$1"
sync "$folder"
