#!/bin/sh
# archive_command = 'sh archive-wal.sh "%p" DIRECTORY/%f'
# Ends with 0 only when the whole file is on disk under its name; otherwise PostgreSQL keeps the file and tries again.
set -eu
umask 077
file=$1
kept=$2
if [ -e "$kept" ]; then
  # PostgreSQL went down before it noted our success: the same again is fine, anything else would overwrite history.
  exec cmp "$file" "$kept"
fi
cp "$file" "$kept.part"
sync "$kept.part"
mv "$kept.part" "$kept"
sync "$(dirname "$kept")"
