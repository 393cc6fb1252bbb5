#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# same_build.sh ROOT: the release preset built from two copies of the project in two folders gives one and the same program, and the same module.
set -eu
root=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for name in a another-and-longer; do
	mkdir "$work/$name"
	(cd "$root" && tar -cf - --exclude=./.build --exclude=./.git .) | tar -xf - -C "$work/$name"
	{ cmake -S "$work/$name" --preset release -DBUILD_TESTING=OFF && cmake --build "$work/$name/.build/release" --target probity; } \
		>"$work/log" 2>&1 || { tail -n 40 "$work/log"; exit 1; }
	(cd "$work/$name/.build/release" && sha256sum bin/probity lib/probity/pdf.so) | tee -a "$work/hashes"
done
[ "$(sort -u "$work/hashes" | wc -l)" -eq 2 ] || { echo "two folders, two programs: a path or a time is in the program"; exit 1; }
