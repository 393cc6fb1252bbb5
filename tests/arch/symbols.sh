#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# symbols.sh ARCHIVE... : what the scoring archives leave undefined is defined in one of them, or stands in
# scoring_symbols.allow. So the core can do no input or output, see no clock, no environment, no process, no network.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
allow=$here/scoring_symbols.allow
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A name that must never be allowed, whatever its reason; the whole name is matched.
never='v?f?w?printf|v?dprintf|v?f?w?scanf|f?puts|f?putc|putchar|perror|open|openat|open64|creat|close|f(open|dopen|reopen|close|read|write|flush|seeko?|getc|gets)(64)?|read|write|p?(read|write)v?(64)?|mmap(64)?|stat(64)?|fstat(64)?|lstat(64)?|unlink|remove|rename|mkdir|opendir|readdir|secure_getenv|getenv|setenv|putenv|environ|time|clock|clock_gettime|gettimeofday|timespec_get|localtime(_r)?|gmtime(_r)?|mktime|strftime|ctime(_r)?|s?rand(om)?(_r)?|getrandom|getentropy|arc4random(_buf)?|system|popen|fork|vfork|exec[lv][pe]*|posix_spawnp?|kill|raise|signal|sigaction|exit|_exit|abort|atexit|socket|connect|bind|listen|accept4?|send(to|msg)?|recv(from|msg)?|getaddrinfo|setlocale|pthread_create|thrd_create|sleep|usleep|nanosleep|dlopen|syslog|ioctl|fcntl|std(in|out|err)'

sed -e 's/#.*//' -e 's/[[:space:]]*$//' -e '/^$/d' "$allow" | LC_ALL=C sort -u >"$work/allowed"
if grep -Ex "$never" "$work/allowed"; then
	echo "$allow: these may not be allowed"
	exit 1
fi
[ $# -gt 0 ] || { echo "usage: symbols.sh ARCHIVE..."; exit 2; }

for archive in "$@"; do
	nm -A -u "$archive"
done | awk '{print $NF "\t" $1}' >"$work/undefined"
for archive in "$@"; do
	nm --defined-only "$archive"
done | awk 'NF == 3 {print $3}' | LC_ALL=C sort -u >"$work/defined"
if [ ! -s "$work/undefined" ] || [ ! -s "$work/defined" ]; then
	echo "nothing read from the archives"
	exit 1
fi

# __snprintf_chk is snprintf with its bounds checked; the compilers' own support for sanitizers, coverage, fuzzing and
# position-independent code is in the builds that ask for it.
awk -F '\t' '
	FILENAME == ARGV[1] || FILENAME == ARGV[2] { fine[$1]; next }
	{
		name = $1
		if (name ~ /^__[a-z0-9]+_chk$/) {
			sub(/^__/, "", name)
			sub(/_chk$/, "", name)
		}
		if (name in fine || name ~ /^(__asan_|__ubsan_|__tsan_|__lsan_|__sanitizer_|__sancov_|__start___sancov_|__stop___sancov_|__gcov_|__llvm_|_GLOBAL_OFFSET_TABLE_$)/)
			next
		printf "%s wants %s, which tests/arch/scoring_symbols.allow does not name\n", $2, $1
		faults++
	}
	END { exit faults > 0 }
' "$work/allowed" "$work/defined" "$work/undefined"
