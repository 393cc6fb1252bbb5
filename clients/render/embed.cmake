# SPDX-License-Identifier: Apache-2.0
# cmake -DOUT=FILE -DFILES=A,B.. -P embed.cmake: writes a C file in which each file stands byte by byte, named by its own name without the
# ending. Texts are part of the program, so that it needs no file to speak.
string(REPLACE "," ";" FILES "${FILES}")
set(text "/* Written by the build out of the files named below. */\n#include \"clients/render/embedded.h\"\n")
foreach(file IN LISTS FILES)
	get_filename_component(name "${file}" NAME_WE)
	file(READ "${file}" bytes HEX)
	string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
	string(REGEX REPLACE "((0x[0-9a-f]+,)(0x[0-9a-f]+,)(0x[0-9a-f]+,)(0x[0-9a-f]+,)(0x[0-9a-f]+,)(0x[0-9a-f]+,)(0x[0-9a-f]+,)(0x[0-9a-f]+,))" "\\1\n" bytes "${bytes}")
	string(APPEND text "\nstatic const unsigned char ${name}[] = {\n${bytes}};\n"
		"const struct prb_embedded prb_embedded_${name} = {${name}, sizeof ${name}};\n")
endforeach()
file(WRITE "${OUT}" "${text}")
