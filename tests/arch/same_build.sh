#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# same_build.sh ROOT: the release preset built from two copies of the project in two folders gives one and the same program.
set -eu
root=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for name in a another-and-longer; do
	mkdir "$work/$name"
	(cd "$root" && tar -cf - --exclude=./.build --exclude=./.git .) | tar -xf - -C "$work/$name"
	{ cmake -S "$work/$name" --preset release -DBUILD_TESTING=OFF && cmake --build "$work/$name/.build/release" --target probity; } \
		>"$work/log" 2>&1 || { tail -n 40 "$work/log"; exit 1; }
	find "$work/$name/.build/release" -type f -name probity -perm -u+x >"$work/found"
	[ "$(wc -l <"$work/found")" -eq 1 ] || { echo "not exactly one program: $(cat "$work/found")"; exit 1; }
	sha256sum <"$(cat "$work/found")" | tee -a "$work/hashes"
done
[ "$(sort -u "$work/hashes" | wc -l)" -eq 1 ] || { echo "two folders, two programs: a path or a time is in the program"; exit 1; }
