# SPDX-License-Identifier: Apache-2.0
# A stranger's project against the installed library: header, shared object, archive, pkg-config and CMake package, moved to where
# it was not installed; and the same bytes as the program's. Beside what lib.sh wants: BUILD (the build tree), CMAKE, CC, and
# SANITIZE (as -fsanitize takes it, or nothing).
. "${0%/*}/lib.sh"
: "${BUILD:?}" "${CMAKE:?}" "${CC:?}"
flags=-Wall
[ -z "${SANITIZE:-}" ] || flags="$flags -fsanitize=$SANITIZE"
stranger=$SOURCE/tests/e2e/stranger.c
header=$SOURCE/clients/lib/probity.h

# The header stands alone, in C99 and in C++, and brings nothing of ours with it.
check "the header includes no other of ours" [ "$(grep -c '#include "' "$header")" -eq 0 ]
printf '#include "%s"\nint main(void) { return probity_version() == 0; }\n' "$header" >alone.c
runs 0 "$CC" -std=c99 -Wall -Wextra -Wpedantic -Werror -fsyntax-only alone.c
for compiler in c++ clang++; do
	command -v $compiler >/dev/null 2>&1 || { echo "$compiler is not here: left out"; continue; }
	cp alone.c alone.cc
	runs 0 $compiler -std=c++98 -Wall -Wextra -Wno-variadic-macros -Werror -fsyntax-only alone.cc
done

# Installed, and then moved: nothing in it knows where it is.
runs 0 "$CMAKE" --install "$BUILD" --component library --prefix "$WORK/installed"
mv installed moved
PKG_CONFIG_PATH=$(dirname "$(find "$WORK/moved" -name probity.pc)")
export PKG_CONFIG_PATH
libdir=$(pkg-config --variable=libdir probity)
for file in libprobity.so libprobity.so.0 libprobity.a; do
	check "$file is installed" [ -e "$libdir/$file" ]
done
check "the package has a version" [ -n "$(pkg-config --modversion probity)" ]

# Only what the header says is to be seen, and all of it.
nm -D --defined-only "$libdir/libprobity.so" | awk '{print $3}' | sed -n 's/@@.*//p' | LC_ALL=C sort >shown
grep -oE 'probity_[a-z_]+\(' "$header" | tr -d '(' | LC_ALL=C sort -u >named
check "the library shows what the header names" cmp -s shown named
nm -D --defined-only "$libdir/libprobity.so" | awk '{print $3}' | grep -vE '^(probity_[a-z_]+@@PROBITY_0|PROBITY_0)$' >others
check "and nothing else" [ ! -s others ]

# By pkg-config.
# shellcheck disable=SC2046,SC2086 # lists of flags on purpose
runs 0 "$CC" -std=c99 $flags -o by_pkgconfig "$stranger" $(pkg-config --cflags --libs probity)
# By CMake.
mkdir project
cp "$stranger" project/
cat >project/CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.25)
project(stranger LANGUAGES C)
find_package(probity 0.1 REQUIRED)
add_executable(by_cmake stranger.c)
target_link_libraries(by_cmake PRIVATE probity::probity)
END
runs 0 "$CMAKE" -S project -B made -DCMAKE_PREFIX_PATH="$WORK/moved" -DCMAKE_C_COMPILER="$CC" -DCMAKE_C_FLAGS="$flags"
runs 0 "$CMAKE" --build made
# With the archive, and the libraries that it wants.
# shellcheck disable=SC2086 # a list of flags on purpose
runs 0 "$CC" -std=c99 $flags $(pkg-config --cflags probity) -o by_archive "$stranger" "$libdir/libprobity.a" \
	-lcurl -lcjson -lsodium -lz -llmdb -lpthread -lm

# They score as the program does, byte by byte: declarations of every kind.
LD_LIBRARY_PATH=$libdir
export LD_LIBRARY_PATH
same=0
for declaration in "$SOURCE"/tests/golden/worked-*/declaration.json; do
	screen --out json "$declaration" >expected
	for program in ./by_pkgconfig made/by_cmake ./by_archive; do
		"$program" "$PROBITY_DATA" "$declaration" "$AS_OF" >got 2>err
		check "$program: ${declaration#"$SOURCE"/}" cmp -s expected got
	done
	same=$((same + 1))
done
check "there was something to score" [ "$same" -ge 10 ]
printf '{"supplier": {"name": "A", "country": "Atlantis"}}' >refused.json
runs 1 ./by_pkgconfig "$PROBITY_DATA" refused.json "$AS_OF"
says '^unknown-country: /supplier/country: '

# And they verify.
attestation=$SOURCE/tests/unit/vectors/attestation/did_key.json
cp "$SOURCE/tests/golden/worked-14-low/declaration.json" declaration.json
runs 0 ./by_pkgconfig "$PROBITY_DATA" declaration.json "$AS_OF" "$attestation" 1782907200
check "verified" [ "$(tail -n 1 out)" = verified ]
sed 's/Example/Sample/' "$attestation" >forged.json
runs 1 ./by_pkgconfig "$PROBITY_DATA" declaration.json "$AS_OF" forged.json 1782907200
check "not verified" [ "$(tail -n 1 out)" = "not verified" ]
runs 1 ./by_pkgconfig "$PROBITY_DATA" declaration.json "$AS_OF" "$attestation" 1982907200
finish
