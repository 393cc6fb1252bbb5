/* SPDX-License-Identifier: Apache-2.0 */
/* What comes of each kind of input: a row per case, all that happened as text. Every input is fed
 * whole and byte by byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/unit/intake_recorder.h"

#define TEXT(literal)                                                                              \
	{                                                                                          \
		(literal), sizeof(literal) - 1                                                     \
	}

static const struct {
	const char *name;
	struct prb_intake_options options;
	struct prb_span input;
	const char *log;
} cases[] = {
	/* clang-format off */
        {"plain list", {.format = PRB_INTAKE_CSV},
                TEXT("name,country\n"
                     "A,CN\n"),
                "header 1 UTF-8 , name=supplier.name|country=supplier.country\n"
                "row 2 {\"supplier\":{\"country\":\"CN\",\"name\":\"A\"}}\n"
                "end ok\n"},
        {"no line end at the end", {.format = PRB_INTAKE_CSV},
                TEXT("name,country\n"
                     "A,CN"),
                "header 1 UTF-8 , name=supplier.name|country=supplier.country\n"
                "row 2 {\"supplier\":{\"country\":\"CN\",\"name\":\"A\"}}\n"
                "end ok\n"},
        {"CRLF", {.format = PRB_INTAKE_CSV},
                TEXT("name,country\r\n"
                     "A,CN\r\n"
                     "B,DE\r\n"),
                "header 1 UTF-8 , name=supplier.name|country=supplier.country\n"
                "row 2 {\"supplier\":{\"country\":\"CN\",\"name\":\"A\"}}\n"
                "row 3 {\"supplier\":{\"country\":\"DE\",\"name\":\"B\"}}\n"
                "end ok\n"},
        {"CR alone", {.format = PRB_INTAKE_CSV},
                TEXT("name,country\rA,CN\rB,DE\r"),
                "header 1 UTF-8 , name=supplier.name|country=supplier.country\n"
                "row 2 {\"supplier\":{\"country\":\"CN\",\"name\":\"A\"}}\n"
                "row 3 {\"supplier\":{\"country\":\"DE\",\"name\":\"B\"}}\n"
                "end ok\n"},
        {"blank lines and blank rows", {.format = PRB_INTAKE_CSV},
                TEXT("\n"
                     "\n"
                     "name,country\n"
                     "\n"
                     "A,CN\n"
                     ",\n"
                     "  , \n"
                     "\n"
                     "B,DE\n"),
                "header 3 UTF-8 , name=supplier.name|country=supplier.country\n"
                "row 5 {\"supplier\":{\"country\":\"CN\",\"name\":\"A\"}}\n"
                "row 9 {\"supplier\":{\"country\":\"DE\",\"name\":\"B\"}}\n"
                "end ok\n"},
        {"byte order mark", {.format = PRB_INTAKE_CSV},
                TEXT("\357\273\277name,country\n"
                     "A,CN\n"),
                "header 1 UTF-8 , name=supplier.name|country=supplier.country\n"
                "row 2 {\"supplier\":{\"country\":\"CN\",\"name\":\"A\"}}\n"
                "end ok\n"},
        {"semicolons", {.format = PRB_INTAKE_CSV},
                TEXT("name;country\n"
                     "\"A; Ltd, x\";CN\n"),
                "header 1 UTF-8 ; name=supplier.name|country=supplier.country\n"
                "row 2 {\"supplier\":{\"country\":\"CN\",\"name\":\"A; Ltd, x\"}}\n"
                "end ok\n"},
        {"tabs", {.format = PRB_INTAKE_CSV},
                TEXT("name\tcountry\tcity\n"
                     "A\tCN\t\n"
                     "B\tDE\tBonn\n"),
                "header 1 UTF-8 tab name=supplier.name|country=supplier.country|city=supplier.city\n"
                "row 2 {\"supplier\":{\"country\":\"CN\",\"name\":\"A\"}}\n"
                "row 3 {\"supplier\":{\"city\":\"Bonn\",\"country\":\"DE\",\"name\":\"B\"}}\n"
                "end ok\n"},
        {"bars", {.format = PRB_INTAKE_CSV},
                TEXT("name|country\n"
                     "A|CN\n"),
                "header 1 UTF-8 | name=supplier.name|country=supplier.country\n"
                "row 2 {\"supplier\":{\"country\":\"CN\",\"name\":\"A\"}}\n"
                "end ok\n"},
        {"delimiter named by a spreadsheet", {.format = PRB_INTAKE_CSV},
                TEXT("sep=;\n"
                     "name;country\n"
                     "A;CN\n"),
                "header 2 UTF-8 ; name=supplier.name|country=supplier.country\n"
                "row 3 {\"supplier\":{\"country\":\"CN\",\"name\":\"A\"}}\n"
                "end ok\n"},
        {"preamble", {.format = PRB_INTAKE_CSV},
                TEXT("Our suppliers, 2021\n"
                     "as of,May\n"
                     "\n"
                     "name,country\n"
                     "A,CN\n"),
                "header 4 UTF-8 , name=supplier.name|country=supplier.country\n"
                "row 5 {\"supplier\":{\"country\":\"CN\",\"name\":\"A\"}}\n"
                "end ok\n"},
        {"header with a line break", {.format = PRB_INTAKE_CSV},
                TEXT("\"Factory\r\n"
                     "Name\",Country\n"
                     "A,CN\n"),
                "header 1 UTF-8 , Factory  Name=supplier.name|Country=supplier.country\n"
                "row 3 {\"supplier\":{\"country\":\"CN\",\"name\":\"A\"}}\n"
                "end ok\n"},
        {"line breaks in cells", {.format = PRB_INTAKE_CSV},
                TEXT("name,country,address\n"
                     "\"A\n"
                     "B\",CN,\"1\r\n"
                     "2\n"
                     "\"\n"
                     "C,DE,x\n"),
                "header 1 UTF-8 , name=supplier.name|country=supplier.country|address=supplier.addres"
                "s\n"
                "row 2 {\"supplier\":{\"address\":\"1 2\",\"country\":\"CN\",\"name\":\"A B\"}}\n"
                "row 6 {\"supplier\":{\"address\":\"x\",\"country\":\"DE\",\"name\":\"C\"}}\n"
                "end ok\n"},
        {"doubled quotes", {.format = PRB_INTAKE_CSV},
                TEXT("name,country\n"
                     "\"A \"\"B\"\" C\",CN\n"
                     "D \"E\" F,DE\n"),
                "header 1 UTF-8 , name=supplier.name|country=supplier.country\n"
                "row 2 {\"supplier\":{\"country\":\"CN\",\"name\":\"A \\\"B\\\" C\"}}\n"
                "row 3 {\"supplier\":{\"country\":\"DE\",\"name\":\"D \\\"E\\\" F\"}}\n"
                "end ok\n"},
        {"control characters", {.format = PRB_INTAKE_CSV},
                TEXT("name,country\n"
                     "\"A\001\177B\302\205C\342\200\256D\302\240E\",\343\200\200CN\357\273\277\n"),
                "header 1 UTF-8 , name=supplier.name|country=supplier.country\n"
                "row 2 {\"supplier\":{\"country\":\"CN\",\"name\":\"ABCD E\"}}\n"
                "end ok\n"},
        {"blank name", {.format = PRB_INTAKE_CSV},
                TEXT("name,country\n"
                     " ,CN\n"
                     "-,CN\n"
                     "N/A,CN\n"
                     "B,CN\n"),
                "header 1 UTF-8 , name=supplier.name|country=supplier.country\n"
                "refused 2 missing-member/supplier/name: column 1 holds no name\n"
                "refused 3 missing-member/supplier/name: column 1 holds no name\n"
                "refused 4 missing-member/supplier/name: column 1 holds no name\n"
                "row 5 {\"supplier\":{\"country\":\"CN\",\"name\":\"B\"}}\n"
                "end ok\n"},
        {"blank country", {.format = PRB_INTAKE_CSV},
                TEXT("name,country\n"
                     "A,\n"
                     "B,?\n"),
                "header 1 UTF-8 , name=supplier.name|country=supplier.country\n"
                "refused 2 missing-member/supplier/country: column 2 holds no country\n"
                "refused 3 missing-member/supplier/country: column 2 holds no country\n"
                "end ok\n"},
        {"too few cells, a required one missing", {.format = PRB_INTAKE_CSV},
                TEXT("name,address,country\n"
                     "A,x\n"
                     "B,y,CN\n"),
                "header 1 UTF-8 , name=supplier.name|address=supplier.address|country=supplier.countr"
                "y\n"
                "refused 2 invalid-table: the row has 2 cells, the header has 3: name and country must be there, and a comma inside a cell needs quotes around it\n"
                "row 3 {\"supplier\":{\"address\":\"y\",\"country\":\"CN\",\"name\":\"B\"}}\n"
                "end ok\n"},
        {"too few cells, the required ones there", {.format = PRB_INTAKE_CSV},
                TEXT("name,country,city,address\n"
                     "A,CN\n"),
                "header 1 UTF-8 , name=supplier.name|country=supplier.country|city=supplier.city|addr"
                "ess=supplier.address\n"
                "row 2 {\"supplier\":{\"country\":\"CN\",\"name\":\"A\"}} # the row has 2 cells, the "
                "header has 4: the others are taken as blank\n"
                "end ok\n"},
        {"too many cells", {.format = PRB_INTAKE_CSV},
                TEXT("name,country\n"
                     "A,CN,,\n"
                     "B,CN,,x\n"),
                "header 1 UTF-8 , name=supplier.name|country=supplier.country\n"
                "row 2 {\"supplier\":{\"country\":\"CN\",\"name\":\"A\"}} # the row has 4 cells, the "
                "header has 2: the others are blank\n"
                "refused 3 invalid-table: the row has 4 cells, the header has 2: name and country must be there, and a comma inside a cell needs quotes around it\n"
                "end ok\n"},
        {"quote not closed", {.format = PRB_INTAKE_CSV},
                TEXT("name,country\n"
                     "A,CN\n"
                     "B,\"D\n"
                     "E,F\n"),
                "header 1 UTF-8 , name=supplier.name|country=supplier.country\n"
                "row 2 {\"supplier\":{\"country\":\"CN\",\"name\":\"A\"}}\n"
                "refused 3 invalid-table: the quote that opens in line 3 is not closed: everything "
                "behind it was read as one cell\n"
                "end ok\n"},
        {"quote not closed, opened behind a line break", {.format = PRB_INTAKE_CSV},
                TEXT("name,country\n"
                     "\"A\n"
                     "B\",\"CN\n"
                     "C,DE\n"),
                "header 1 UTF-8 , name=supplier.name|country=supplier.country\n"
                "refused 2 invalid-table: the quote that opens in line 3 is not closed: everything "
                "behind it was read as one cell\n"
                "end ok\n"},
        {"quote not closed before the header", {.format = PRB_INTAKE_CSV},
                TEXT("\"name,country\n"
                     "A,CN\n"),
                "refused 1 invalid-table: the quote that opens in line 1 is not closed: everything "
                "behind it was read as one cell\n"
                "end invalid-table: no header row in the first 30 lines: a list needs a name and a "
                "country column\n"},
        {"no name column", {.format = PRB_INTAKE_CSV},
                TEXT("code,country,city\n"
                     "1,CN,x\n"),
                "end invalid-table: no name column in the first 30 lines; seen in line 1: 'code', "
                "'country', 'city'; call one name, factory name, facility name, production unit, "
                "supplier or company\n"},
        {"no country column", {.format = PRB_INTAKE_CSV},
                TEXT("name,city\n"
                     "A,x\n"),
                "end invalid-table: line 1 has a name column but no country column; seen: 'name', "
                "'city'; call one country, country/region or country code\n"},
        {"no header at all", {.format = PRB_INTAKE_CSV},
                TEXT("A,CN\n"
                     "B,DE\n"),
                "end invalid-table: no name column in the first 30 lines; seen in line 1: 'A', 'CN'; "
                "call one name, factory name, facility name, production unit, supplier or company\n"},
        {"a header alone", {.format = PRB_INTAKE_CSV},
                TEXT("name,country\n"),
                "header 1 UTF-8 , name=supplier.name|country=supplier.country\n"
                "end ok\n"},
        {"header too far down", {.format = PRB_INTAKE_CSV},
                TEXT("x\n"
                     "x\n"
                     "x\n"
                     "x\n"
                     "x\n"
                     "x\n"
                     "x\n"
                     "x\n"
                     "x\n"
                     "x\n"
                     "x\n"
                     "x\n"
                     "x\n"
                     "x\n"
                     "x\n"
                     "x\n"
                     "x\n"
                     "x\n"
                     "x\n"
                     "x\n"
                     "x\n"
                     "x\n"
                     "x\n"
                     "x\n"
                     "x\n"
                     "x\n"
                     "x\n"
                     "x\n"
                     "x\n"
                     "x\n"
                     "name,country\n"
                     "A,CN\n"),
                "end invalid-table: no name column in the first 30 lines; seen in line 1: 'x'; call "
                "one name, factory name, facility name, production unit, supplier or company\n"},
        {"nothing", {.format = PRB_INTAKE_CSV},
                TEXT(""),
                "end invalid-table: the input is empty: a declaration in JSON or a list with a "
                "header row is needed\n"},
        {"nothing but blanks", {.format = PRB_INTAKE_CSV},
                TEXT(" \n"
                     "\t\n"),
                "end invalid-table: the input is empty: a declaration in JSON or a list with a "
                "header row is needed\n"},
        {"nothing but blanks, JSON", {.format = PRB_INTAKE_JSON},
                TEXT(" \n"),
                "end invalid-json: the input is empty: a declaration in JSON or a list with a header "
                "row is needed\n"},
        {"nothing but blanks, found by looking", {.format = PRB_INTAKE_AUTO},
                TEXT(" \n"),
                "end invalid-table: the input is empty: a declaration in JSON or a list with a "
                "header row is needed\n"},
        {"a spreadsheet", {.format = PRB_INTAKE_AUTO},
                TEXT("PK\003\004......"),
                "end invalid-encoding: this is no text but a ZIP archive or a spreadsheet (xlsx, "
                "ods); save it as CSV in UTF-8\n"},
        {"a PDF", {.format = PRB_INTAKE_CSV},
                TEXT("%PDF-1.4 ..."),
                "end invalid-encoding: this is no text but a PDF; save it as CSV in UTF-8\n"},
        {"bytes that are no text", {.format = PRB_INTAKE_AUTO},
                TEXT("\177ELF\000\000\000\000\000\000\000\001\002\003"),
                "end invalid-encoding: this is no text but a binary file; save it as CSV in UTF-8\n"},
        {"windows-1252", {.format = PRB_INTAKE_CSV},
                TEXT("nom;pays\n"
                     "Caf\351 \200;T\374rkiye\n"),
                "header 1 windows-1252 ; nom=supplier.name|pays=supplier.country\n"
                "row 2 {\"supplier\":{\"country\":\"Türkiye\",\"name\":\"Café €\"}}\n"
                "end ok\n"},
        {"windows-1252 with an undefined byte", {.format = PRB_INTAKE_CSV},
                TEXT("name,country\n"
                     "M\374ller\235\351,DE\n"),
                "header 1 windows-1252 , name=supplier.name|country=supplier.country\n"
                "row 2 {\"supplier\":{\"country\":\"DE\",\"name\":\"Müller�é\"}} # the row holds "
                "U+FFFD, the mark of a letter that could not be read\n"
                "end ok\n"},
        {"a stray row in windows-1252", {.format = PRB_INTAKE_CSV},
                TEXT("name,country\n"
                     "Müller ÄÖÜ,DE\n"
                     "M\374ller \200,DE\n"
                     "Öl,AT\n"),
                "header 1 UTF-8 , name=supplier.name|country=supplier.country\n"
                "row 2 {\"supplier\":{\"country\":\"DE\",\"name\":\"Müller ÄÖÜ\"}}\n"
                "row 3 {\"supplier\":{\"country\":\"DE\",\"name\":\"Müller €\"}} # the row is not "
                "UTF-8 and was read as windows-1252\n"
                "row 4 {\"supplier\":{\"country\":\"AT\",\"name\":\"Öl\"}}\n"
                "end ok\n"},
        {"a separator inside a character", {.format = PRB_INTAKE_CSV},
                TEXT("name,city,country\n"
                     "Müller ÄÖÜ,Öl,DE\n"
                     "A\344\272,\236 Town,DE\n"),
                "header 1 UTF-8 , name=supplier.name|city=supplier.city|country=supplier.country\n"
                "row 2 {\"supplier\":{\"city\":\"Öl\",\"country\":\"DE\",\"name\":\"Müller ÄÖÜ\"}}\n"
                "row 3 {\"supplier\":{\"city\":\"ž Town\",\"country\":\"DE\",\"name\":\"Aäº\"}} # the row is "
                "not UTF-8 and was read as windows-1252\n"
                "end ok\n"},
        {"declared gb18030", {.format = PRB_INTAKE_CSV, .charset = "gb18030"},
                TEXT("name,country\n"
                     "\320\302\275\256\272\317\312\242\271\350\322\265,CN\n"
                     "\2252\2026,CN\n"),
                "header 1 gb18030 , name=supplier.name|country=supplier.country\n"
                "row 2 {\"supplier\":{\"country\":\"CN\",\"name\":\"新疆合盛硅业\"}}\n"
                "row 3 {\"supplier\":{\"country\":\"CN\",\"name\":\"𠀀\"}}\n"
                "end ok\n"},
        {"declared gb18030, bytes that are not of it", {.format = PRB_INTAKE_CSV, .charset = "GB18030"},
                TEXT("name,country\n"
                     "\272\317\312\242,CN\n"
                     "A\377,CN\n"
                     "B\201,CN\n"
                     "\326\320\314\251,CN\n"
                     "C\320"),
                "header 1 GB18030 , name=supplier.name|country=supplier.country\n"
                "row 2 {\"supplier\":{\"country\":\"CN\",\"name\":\"合盛\"}}\n"
                "refused 3 invalid-encoding: line 3 is not in the declared character set, GB18030\n"
                "refused 4 invalid-encoding: line 4 is not in the declared character set, GB18030\n"
                "row 5 {\"supplier\":{\"country\":\"CN\",\"name\":\"中泰\"}}\n"
                "refused 6 invalid-encoding: line 6 is not in the declared character set, GB18030\n"
                "end ok\n"},
        {"declared windows-1251", {.format = PRB_INTAKE_CSV, .charset = "windows-1251"},
                TEXT("name,country\n"
                     "\307\340\342\356\344,RU\n"),
                "header 1 windows-1251 , name=supplier.name|country=supplier.country\n"
                "row 2 {\"supplier\":{\"country\":\"RU\",\"name\":\"Завод\"}}\n"
                "end ok\n"},
        {"declared koi8-r", {.format = PRB_INTAKE_CSV, .charset = "koi8-r"},
                TEXT("name,country\n"
                     "\372\301\327\317\304,RU\n"),
                "header 1 koi8-r , name=supplier.name|country=supplier.country\n"
                "row 2 {\"supplier\":{\"country\":\"RU\",\"name\":\"Завод\"}}\n"
                "end ok\n"},
        {"declared shift_jis, a letter with a byte of ASCII", {.format = PRB_INTAKE_CSV, .charset = "shift_jis"},
                TEXT("name,country\n"
                     "\203\\\225\\|,JP\n"),
                "header 1 shift_jis , name=supplier.name|country=supplier.country\n"
                "row 2 {\"supplier\":{\"country\":\"JP\",\"name\":\"ソ表|\"}}\n"
                "end ok\n"},
        {"declared iso-8859-1, and is windows-1252", {.format = PRB_INTAKE_CSV, .charset = "iso-8859-1"},
                TEXT("name,country\n"
                     "M\374ller,DE\n"
                     "\212koda,CZ\n"),
                "header 1 iso-8859-1 , name=supplier.name|country=supplier.country\n"
                "row 2 {\"supplier\":{\"country\":\"DE\",\"name\":\"Müller\"}}\n"
                "refused 3 invalid-encoding: line 3 is not in the declared character set, iso-8859-1\n"
                "end ok\n"},
        {"declared windows-1252, a byte that it does not have", {.format = PRB_INTAKE_CSV, .charset = "windows-1252"},
                TEXT("name,country\n"
                     "M\374ller,DE\n"
                     "A\235,CZ\n"),
                "header 1 windows-1252 , name=supplier.name|country=supplier.country\n"
                "row 2 {\"supplier\":{\"country\":\"DE\",\"name\":\"Müller\"}}\n"
                "refused 3 invalid-encoding: line 3 is not in the declared character set, windows-1252\n"
                "end ok\n"},
        {"declared utf-16, marked", {.format = PRB_INTAKE_CSV, .charset = "utf-16"},
                TEXT("\377\376n\000a\000m\000e\000,\000c\000o\000u\000n\000t\000r\000y\000\n"
                     "\000\233O\224^FU,\000C\000N\000\n"
                     "\000"),
                "header 1 utf-16 , name=supplier.name|country=supplier.country\n"
                "row 2 {\"supplier\":{\"country\":\"CN\",\"name\":\"供应商\"}}\n"
                "end ok\n"},
        {"declared utf-16le, marked", {.format = PRB_INTAKE_CSV, .charset = "utf-16le"},
                TEXT("\377\376n\000a\000m\000e\000,\000c\000o\000u\000n\000t\000r\000y\000\n"
                     "\000\233O\224^FU,\000C\000N\000\n"
                     "\000"),
                "header 1 utf-16le , name=supplier.name|country=supplier.country\n"
                "row 2 {\"supplier\":{\"country\":\"CN\",\"name\":\"供应商\"}}\n"
                "end ok\n"},
        {"declared utf-16be, half a pair", {.format = PRB_INTAKE_CSV, .charset = "utf-16be"},
                TEXT("\000n\000a\000m\000e\000,\000c\000o\000u\000n\000t\000r\000y\000\n"
                     "\330\000\000,\000C\000N\000\n"
                     "\000A\000,\000C\000N\000\n"),
                "header 1 utf-16be , name=supplier.name|country=supplier.country\n"
                "refused 2 invalid-encoding: line 2 is not in the declared character set, utf-16be\n"
                "row 3 {\"supplier\":{\"country\":\"CN\",\"name\":\"A\"}}\n"
                "end ok\n"},
        {"declared utf-8, marked", {.format = PRB_INTAKE_CSV, .charset = "UTF8"},
                TEXT("\357\273\277name,country\n"
                     "M\303\274ller,DE\n"),
                "header 1 UTF8 , name=supplier.name|country=supplier.country\n"
                "row 2 {\"supplier\":{\"country\":\"DE\",\"name\":\"Müller\"}}\n"
                "end ok\n"},
        {"declared utf-8, a row that is not", {.format = PRB_INTAKE_CSV, .charset = "utf-8"},
                TEXT("name,country\n"
                     "\272\317\312\242,CN\n"
                     "M\303\274ller,DE\n"),
                "header 1 utf-8 , name=supplier.name|country=supplier.country\n"
                "refused 2 invalid-encoding: line 2 is not in the declared character set, utf-8\n"
                "row 3 {\"supplier\":{\"country\":\"DE\",\"name\":\"Müller\"}}\n"
                "end ok\n"},
        {"declared utf-8, a header that is not", {.format = PRB_INTAKE_CSV, .charset = "utf-8"},
                TEXT("\303\373\263\306,\271\372\274\322,name,country\n"
                     "A,B,C,CN\n"),
                "end invalid-encoding: line 1 is not in the declared character set, utf-8\n"},
        {"declared, and a spreadsheet", {.format = PRB_INTAKE_CSV, .charset = "gb18030"},
                TEXT("PK\003\004......"),
                "end invalid-encoding: this is no text but a ZIP archive or a spreadsheet (xlsx, ods); save it as CSV in UTF-8\n"},
        {"a stray row, refused", {.format = PRB_INTAKE_CSV, .refuse_stray = true},
                TEXT("name,country\n"
                     "M\303\274ller \303\204\303\226\303\234,DE\n"
                     "M\374ller,DE\n"
                     "\303\226l,AT\n"),
                "header 1 UTF-8 , name=supplier.name|country=supplier.country\n"
                "row 2 {\"supplier\":{\"country\":\"DE\",\"name\":\"Müller ÄÖÜ\"}}\n"
                "refused 3 invalid-encoding: line 3 is not UTF-8, as the rows before it are: declare the character set of the list\n"
                "row 4 {\"supplier\":{\"country\":\"AT\",\"name\":\"Öl\"}}\n"
                "end ok\n"},
        {"UTF-16 without a mark", {.format = PRB_INTAKE_CSV},
                TEXT("n\000a\000m\000e\000,\000c\000o\000u\000n\000t\000r\000y\000\n\000A\000,\000C\000N"
                     "\000\n\000\233O\224^FU,\000-N\375V\n\000"),
                "header 1 UTF-16LE , name=supplier.name|country=supplier.country\n"
                "row 2 {\"supplier\":{\"country\":\"CN\",\"name\":\"A\"}}\n"
                "row 3 {\"supplier\":{\"country\":\"中国\",\"name\":\"供应商\"}}\n"
                "end ok\n"},
        {"UTF-16 cut in a character", {.format = PRB_INTAKE_CSV},
                TEXT("\000n\000a\000m\000e\000,\000c\000o\000u\000n\000t\000r\000y\000\n\000A\000,\000C"
                     "\000N\000\nO"),
                "header 1 UTF-16BE , name=supplier.name|country=supplier.country\n"
                "row 2 {\"supplier\":{\"country\":\"CN\",\"name\":\"A\"}}\n"
                "refused 3 invalid-table: the row has 1 cell, the header has 2: name and country must be there, and a comma inside a cell needs quotes around it\n"
                "end ok\n"},
        {"UTF-16 with half a pair", {.format = PRB_INTAKE_CSV},
                TEXT("\377\376n\000a\000m\000e\000,\000c\000o\000u\000n\000t\000r\000y\000\n\000A"
                     "\000\000\330,\000C\000N\000\n\000"),
                "header 1 UTF-16LE , name=supplier.name|country=supplier.country\n"
                "row 2 {\"supplier\":{\"country\":\"CN\",\"name\":\"A�\"}} # the row holds U+FFFD, "
                "the mark of a letter that could not be read\n"
                "end ok\n"},
        {"UTF-32", {.format = PRB_INTAKE_CSV},
                TEXT("\377\376\000\000n\000\000\000a\000\000\000m\000\000\000e\000\000\000,\000\000\000c"
                     "\000\000\000o\000\000\000u\000\000\000n\000\000\000t\000\000\000r\000\000\000y"
                     "\000\000\000\n\000\000\000A\000\000\000\000\366\001\000,\000\000\000C\000\000\000N"
                     "\000\000\000\n\000\000\000"),
                "header 1 UTF-32LE , name=supplier.name|country=supplier.country\n"
                "row 2 {\"supplier\":{\"country\":\"CN\",\"name\":\"A😀\"}}\n"
                "end ok\n"},
        {"workers", {.format = PRB_INTAKE_CSV},
                TEXT("name,country,workers\n"
                     "A,CN,\"1,234\"\n"
                     "A,CN,\"1 234\"\n"
                     "A,CN,\"1.234\"\n"
                     "A,CN,\"1'234\"\n"
                     "A,CN,\"12.0\"\n"
                     "A,CN,\"100-150\"\n"
                     "A,CN,\"100 – 150\"\n"
                     "A,CN,\"c. 200\"\n"
                     "A,CN,\"~200\"\n"
                     "A,CN,\"200+\"\n"
                     "A,CN,\">200\"\n"
                     "A,CN,\"more than 200\"\n"
                     "A,CN,\"150-100\"\n"
                     "A,CN,\"12.5\"\n"
                     "A,CN,\"many\"\n"
                     "A,CN,\"<50\"\n"
                     "A,CN,\"0\"\n"
                     "A,CN,\"-\"\n"
                     "A,CN,\"99999999\"\n"
                     "A,CN,\"100 workers\"\n"
                     "A,CN,\"\"\n"),
                "header 1 UTF-8 , name=supplier.name|country=supplier.country|workers=workforce.total"
                "\n"
                "row 2 {\"supplier\":{\"country\":\"CN\",\"name\":\"A\"},\"workforce\":{\"total\":123"
                "4}}\n"
                "row 3 {\"supplier\":{\"country\":\"CN\",\"name\":\"A\"},\"workforce\":{\"total\":123"
                "4}}\n"
                "row 4 {\"supplier\":{\"country\":\"CN\",\"name\":\"A\"},\"workforce\":{\"total\":123"
                "4}}\n"
                "row 5 {\"supplier\":{\"country\":\"CN\",\"name\":\"A\"},\"workforce\":{\"total\":123"
                "4}}\n"
                "row 6 {\"supplier\":{\"country\":\"CN\",\"name\":\"A\"},\"workforce\":{\"total\":12}"
                "}\n"
                "row 7 {\"supplier\":{\"country\":\"CN\",\"name\":\"A\"},\"workforce\":{\"total\":100"
                "}} # workers: '100-150' taken as 100\n"
                "row 8 {\"supplier\":{\"country\":\"CN\",\"name\":\"A\"},\"workforce\":{\"total\":100"
                "}} # workers: '100 – 150' taken as 100\n"
                "row 9 {\"supplier\":{\"country\":\"CN\",\"name\":\"A\"},\"workforce\":{\"total\":200"
                "}} # workers: 'c. 200' taken as 200\n"
                "row 10 {\"supplier\":{\"country\":\"CN\",\"name\":\"A\"},\"workforce\":{\"total\":20"
                "0}} # workers: '~200' taken as 200\n"
                "row 11 {\"supplier\":{\"country\":\"CN\",\"name\":\"A\"},\"workforce\":{\"total\":20"
                "0}} # workers: '200+' taken as 200\n"
                "row 12 {\"supplier\":{\"country\":\"CN\",\"name\":\"A\"},\"workforce\":{\"total\":20"
                "0}} # workers: '>200' taken as 200\n"
                "row 13 {\"supplier\":{\"country\":\"CN\",\"name\":\"A\"},\"workforce\":{\"total\":20"
                "0}} # workers: 'more than 200' taken as 200\n"
                "row 14 {\"supplier\":{\"country\":\"CN\",\"name\":\"A\"}} # workers: '150-100' left "
                "out, not readable as a count\n"
                "row 15 {\"supplier\":{\"country\":\"CN\",\"name\":\"A\"}} # workers: '12.5' left "
                "out, not readable as a count\n"
                "row 16 {\"supplier\":{\"country\":\"CN\",\"name\":\"A\"}} # workers: 'many' left "
                "out, not readable as a count\n"
                "row 17 {\"supplier\":{\"country\":\"CN\",\"name\":\"A\"}} # workers: '<50' left "
                "out, not readable as a count\n"
                "row 18 {\"supplier\":{\"country\":\"CN\",\"name\":\"A\"}} # workers: '0' left out, "
                "taken for not counted\n"
                "row 19 {\"supplier\":{\"country\":\"CN\",\"name\":\"A\"}}\n"
                "row 20 {\"supplier\":{\"country\":\"CN\",\"name\":\"A\"}} # workers: '99999999' "
                "left out, not readable as a count\n"
                "row 21 {\"supplier\":{\"country\":\"CN\",\"name\":\"A\"},\"workforce\":{\"total\":10"
                "0}}\n"
                "row 22 {\"supplier\":{\"country\":\"CN\",\"name\":\"A\"}}\n"
                "end ok\n"},
        {"shares", {.format = PRB_INTAKE_CSV},
                TEXT("name,country,workers,% women,migrant share\n"
                     "A,CN,200,71.0%,0.1\n"
                     "B,CN,200,\"71,5 %\",10\n"
                     "C,CN,200,0.5,1.0%\n"
                     "D,CN,200,101%,x\n"
                     "E,CN,,50%,0\n"
                     "F,CN,3,50%,50%\n"),
                "header 1 UTF-8 , name=supplier.name|country=supplier.country|workers=workforce.total"
                "|% women=workforce.women|migrant share=workforce.migrant\n"
                "row 2 {\"supplier\":{\"country\":\"CN\",\"name\":\"A\"},\"workforce\":{\"migrant"
                "\":20,\"total\":200,\"women\":142}} # migrant workers: '0.1' taken as a share of 1\n"
                "row 3 {\"supplier\":{\"country\":\"CN\",\"name\":\"B\"},\"workforce\":{\"migrant"
                "\":20,\"total\":200,\"women\":143}}\n"
                "row 4 {\"supplier\":{\"country\":\"CN\",\"name\":\"C\"},\"workforce\":{\"migrant"
                "\":2,\"total\":200,\"women\":1}} # women: '0.5' taken as percent # migrant workers: "
                "'1.0%' taken as 1 percent, may mean all\n"
                "row 5 {\"supplier\":{\"country\":\"CN\",\"name\":\"D\"},\"workforce\":{\"total\":200"
                "}} # women: '101%' left out, not readable as a share # migrant workers: 'x' left "
                "out, not readable as a share\n"
                "row 6 {\"supplier\":{\"country\":\"CN\",\"name\":\"E\"}} # women: '50%' left out, "
                "there is no total to take it of\n"
                "row 7 {\"supplier\":{\"country\":\"CN\",\"name\":\"F\"},\"workforce\":{\"migrant"
                "\":2,\"total\":3,\"women\":2}}\n"
                "end ok\n"},
        {"counts of women", {.format = PRB_INTAKE_CSV},
                TEXT("name,country,workers,women,female %,migrant workers\n"
                     "A,CN,200,120,10%,5\n"
                     "B,CN,200,60%,10%,201\n"
                     "C,CN,,7,,c. 3\n"
                     "D,CN,9,x,,\n"),
                "header 1 UTF-8 , name=supplier.name|country=supplier.country|workers=workforce.total"
                "|women=workforce.women|female %= (not used: 'women' gives the count)|migrant "
                "workers=workforce.migrant\n"
                "row 2 {\"supplier\":{\"country\":\"CN\",\"name\":\"A\"},\"workforce\":{\"migrant"
                "\":5,\"total\":200,\"women\":120}}\n"
                "row 3 {\"supplier\":{\"country\":\"CN\",\"name\":\"B\"},\"workforce\":{\"total\":200"
                ",\"women\":120}} # migrant workers: '201' left out, more than the total of 200\n"
                "row 4 {\"supplier\":{\"country\":\"CN\",\"name\":\"C\"},\"workforce\":{\"migrant"
                "\":3,\"women\":7}} # migrant workers: 'c. 3' taken as 3\n"
                "row 5 {\"supplier\":{\"country\":\"CN\",\"name\":\"D\"},\"workforce\":{\"total\":9}}"
                " # women: 'x' left out, not readable as a count\n"
                "end ok\n"},
        {"a parent and placeholders", {.format = PRB_INTAKE_CSV},
                TEXT("Supplier,Factory Name,Supplier Group,Country\n"
                     "A Ltd,B Works,GROUP,CN\n"
                     "b works!,B Works,NO GROUP (AP),CN\n"
                     "A,B,N/A,CN\n"),
                "header 1 UTF-8 , Supplier=supplier.aliases (taken for the parent of 'Factory "
                "Name')|Factory Name=supplier.name|Supplier "
                "Group=supplier.aliases|Country=supplier.country\n"
                "row 2 {\"supplier\":{\"aliases\":[\"A Ltd\",\"GROUP\"],\"country\":\"CN\",\"name"
                "\":\"B Works\"}} # parent 'A Ltd' is screened as a further name # parent 'GROUP' is "
                "screened as a further name\n"
                "row 3 {\"supplier\":{\"country\":\"CN\",\"name\":\"B Works\"}}\n"
                "row 4 {\"supplier\":{\"aliases\":[\"A\"],\"country\":\"CN\",\"name\":\"B\"}} # "
                "parent 'A' is screened as a further name\n"
                "end ok\n"},
        {"supplier columns beside a unit", {.format = PRB_INTAKE_CSV},
                TEXT("Supplier Name,Supplier Country,Supplier City,Facility\n"
                     "A,SE,Malmo,B\n"),
                "header 1 UTF-8 , Supplier Name=supplier.aliases (taken for the parent of "
                "'Facility')|Supplier Country=supplier.country (speaks of the parent of 'Facility', "
                "taken for want of another)|Supplier City= (speaks of the parent of 'Facility', not "
                "used)|Facility=supplier.name\n"
                "row 2 {\"supplier\":{\"aliases\":[\"A\"],\"country\":\"SE\",\"name\":\"B\"}} # "
                "parent 'A' is screened as a further name\n"
                "end ok\n"},
        {"two columns for one field", {.format = PRB_INTAKE_CSV},
                TEXT("name,country,country code,city,town\n"
                     "A,China,CN,X,Y\n"),
                "header 1 UTF-8 , name=supplier.name|country=supplier.country (ambiguous: also "
                "'country code')|country code= (ambiguous: 'country' is taken)|city=supplier.city "
                "(ambiguous: also 'town')|town= (ambiguous: 'city' is taken)\n"
                "row 2 {\"supplier\":{\"city\":\"X\",\"country\":\"China\",\"name\":\"A\"}}\n"
                "end ok\n"},
        {"headers of ours, above all others", {.format = PRB_INTAKE_CSV},
                TEXT("Factory Name,probity:name,Country,Probity:Country,female workers,probity:women_share,"
                     "total workers,probity:unused,probity:os_id\n"
                     "A,B,CN,IN,7,50%,10,x,CN2021250D1DTN7\n"),
                "header 1 UTF-8 , Factory Name= (ambiguous: 'probity:name' is taken)|"
                "probity:name=supplier.name (ambiguous: also 'Factory Name')|"
                "Country= (ambiguous: 'Probity:Country' is taken)|"
                "Probity:Country=supplier.country (ambiguous: also 'Country')|"
                "female workers= (not used: 'probity:women_share' gives the share)|"
                "probity:women_share=workforce.women|total workers=workforce.total|"
                "probity:unused= (known, not used)|probity:os_id=supplier.identifiers\n"
                "row 2 {\"supplier\":{\"country\":\"IN\",\"identifiers\":[{\"scheme\":\"os_id\",\"value\":"
                "\"CN2021250D1DTN7\"}],\"name\":\"B\"},\"workforce\":{\"total\":10,\"women\":5}}\n"
                "end ok\n"},
        {"address joined", {.format = PRB_INTAKE_CSV},
                TEXT("name,country,address,state,zip\n"
                     "A,CN,\"1 Road, Jiangsu\",JIANGSU,0\n"
                     "B,CN,,Hebei,050000\n"
                     "C,CN,2 Street,N/A,9\n"),
                "header 1 UTF-8 , name=supplier.name|country=supplier.country|address=supplier.addres"
                "s|state=supplier.address|zip=supplier.address\n"
                "row 2 {\"supplier\":{\"address\":\"1 Road, "
                "Jiangsu\",\"country\":\"CN\",\"name\":\"A\"}}\n"
                "row 3 {\"supplier\":{\"address\":\"Hebei, "
                "050000\",\"country\":\"CN\",\"name\":\"B\"}}\n"
                "row 4 {\"supplier\":{\"address\":\"2 Street, "
                "9\",\"country\":\"CN\",\"name\":\"C\"}}\n"
                "end ok\n"},
        {"products and codes", {.format = PRB_INTAKE_CSV},
                TEXT("name,country,product type,sector,hs code,country of origin\n"
                     "A,CN,Shirts,Apparel,6109.10; 6110,IN\n"
                     "B,CN,Shirts,shirts,,\n"
                     "C,CN,,,52x,\n"
                     "D,CN,,,901,\n"
                     "E,CN,,,HS 6109; 6109 10 00; 610910.0,\n"
                     "F,CN,,,HSX 6109; HS HS 6109; HS,\n"),
                "header 1 UTF-8 , name=supplier.name|country=supplier.country|product "
                "type=products.description|sector=products.description|hs code=products.hs|country "
                "of origin=products.origin\n"
                "row 2 {\"products\":[{\"description\":\"Shirts; "
                "Apparel\",\"hs\":\"610910\",\"origin\":\"IN\"},{\"hs\":\"6110\",\"origin\":\"IN\"}],"
                "\"supplier\":{\"country\":\"CN\",\"name\":\"A\"}}\n"
                "row 3 {\"products\":[{\"description\":\"Shirts\"}],\"supplier\":{\"country"
                "\":\"CN\",\"name\":\"B\"}}\n"
                "row 4 {\"supplier\":{\"country\":\"CN\",\"name\":\"C\"}} # hs: '52x' left out, not "
                "2 to 10 digits or one too many\n"
                "row 5 {\"products\":[{\"hs\":\"901\"}],\"supplier\":{\"country\":\"CN\",\"name"
                "\":\"D\"}} # hs: '901' has an odd number of digits; a leading zero may be missing\n"
                "row 6 {\"products\":[{\"hs\":\"6109\"},{\"hs\":\"61091000\"},{\"hs\":\"610910\"}],"
                "\"supplier\":{\"country\":\"CN\",\"name\":\"E\"}}\n"
                "row 7 {\"supplier\":{\"country\":\"CN\",\"name\":\"F\"}}"
                " # hs: 'HSX 6109' left out, not 2 to 10 digits or one too many"
                " # hs: 'HS HS 6109' left out, not 2 to 10 digits or one too many"
                " # hs: 'HS' left out, not 2 to 10 digits or one too many\n"
                "end ok\n"},
        {"default product", {PRB_INTAKE_CSV, "6109", "officer", NULL, false},
                TEXT("name,country,product,origin\n"
                     "A,CN,,\n"
                     "B,CN,Shirts,\n"
                     "C,CN,,IN\n"),
                "header 1 UTF-8 , name=supplier.name|country=supplier.country|product=products.descri"
                "ption|origin=products.origin\n"
                "row 2 {\"declarant\":\"officer\",\"products\":[{\"hs\":\"6109\"}],\"supplier"
                "\":{\"country\":\"CN\",\"name\":\"A\"}}\n"
                "row 3 {\"declarant\":\"officer\",\"products\":[{\"description\":\"Shirts\"}],\"suppl"
                "ier\":{\"country\":\"CN\",\"name\":\"B\"}}\n"
                "row 4 {\"declarant\":\"officer\",\"products\":[{\"hs\":\"6109\",\"origin\":\"IN\"}],"
                "\"supplier\":{\"country\":\"CN\",\"name\":\"C\"}}\n"
                "end ok\n"},
        {"identifiers", {.format = PRB_INTAKE_CSV},
                TEXT("name,country,LEI,OS ID,GLN,D-U-N-S Number,CNPJ,VAT,Tax ID\n"
                     "A,CN,5493001kjtiigc8y1r12,CN2021250D1DTN7,4012345000009,12-345-6789,11.222.333/0001-"
                     "81,DE123,99\n"
                     "B,CN,12,,4.01E+12,1,2,,\n"),
                "header 1 UTF-8 , name=supplier.name|country=supplier.country|LEI=supplier.identifier"
                "s|OS ID=supplier.identifiers|GLN=supplier.identifiers|D-U-N-S "
                "Number=supplier.identifiers|CNPJ=supplier.identifiers|VAT=supplier.identifiers|Tax "
                "ID=supplier.identifiers\n"
                "row 2 {\"supplier\":{\"country\":\"CN\",\"identifiers\":[{\"scheme\":\"lei\",\"value"
                "\":\"5493001KJTIIGC8Y1R12\"},{\"scheme\":\"os_id\",\"value\":\"CN2021250D1DTN7\"},{"
                "\"scheme\":\"gln\",\"value\":\"4012345000009\"},{\"scheme\":\"duns\",\"value\":\"123"
                "456789\"},{\"scheme\":\"vat\",\"value\":\"DE123\"},{\"scheme\":\"cnpj\",\"value"
                "\":\"11222333000181\"},{\"scheme\":\"other\",\"value\":\"99\"}],\"name\":\"A\"}}\n"
                "row 3 {\"supplier\":{\"country\":\"CN\",\"name\":\"B\"}} # lei: '12' left out, not "
                "in the form of such an identifier # gln: '4.01E+12' left out, not in the form of "
                "such an identifier # duns: '1' left out, not in the form of such an identifier # "
                "cnpj: '2' left out, not in the form of such an identifier\n"
                "end ok\n"},
        {"native name", {.format = PRB_INTAKE_CSV},
                TEXT("name,country,native_language_name\n"
                     "A,CN,工厂\n"
                     "B,CN,b\n"),
                "header 1 UTF-8 , name=supplier.name|country=supplier.country|native_language_name=su"
                "pplier.aliases\n"
                "row 2 {\"supplier\":{\"aliases\":[\"工厂\"],\"country\":\"CN\",\"name\":\"A\"}}\n"
                "row 3 {\"supplier\":{\"country\":\"CN\",\"name\":\"B\"}}\n"
                "end ok\n"},
        {"Chinese headers", {.format = PRB_INTAKE_CSV},
                TEXT("供应商名称,国家/地区,地址\n"
                     "A,CN,x\n"),
                "header 1 UTF-8 , 供应商名称=supplier.name|国家/地区=supplier.country|地址=supplier.address\n"
                "row 2 {\"supplier\":{\"address\":\"x\",\"country\":\"CN\",\"name\":\"A\"}}\n"
                "end ok\n"},
        {"Spanish headers", {.format = PRB_INTAKE_CSV},
                TEXT("Razón Social;PAÍS;Dirección\n"
                     "A;CN;x\n"),
                "header 1 UTF-8 ; Razón Social=supplier.name|PAÍS=supplier.country|Dirección=supplier"
                ".address\n"
                "row 2 {\"supplier\":{\"address\":\"x\",\"country\":\"CN\",\"name\":\"A\"}}\n"
                "end ok\n"},
        {"Russian headers", {.format = PRB_INTAKE_CSV},
                TEXT("Наименование поставщика,Страна\n"
                     "A,CN\n"),
                "header 1 UTF-8 , Наименование поставщика=supplier.name|Страна=supplier.country\n"
                "row 2 {\"supplier\":{\"country\":\"CN\",\"name\":\"A\"}}\n"
                "end ok\n"},
        {"Arabic headers", {.format = PRB_INTAKE_CSV},
                TEXT("اسم المصنع,البلد\n"
                     "A,CN\n"),
                "header 1 UTF-8 , اسم المصنع=supplier.name|البلد=supplier.country\n"
                "row 2 {\"supplier\":{\"country\":\"CN\",\"name\":\"A\"}}\n"
                "end ok\n"},
        {"a list found by looking", {.format = PRB_INTAKE_AUTO},
                TEXT("name,country\n"
                     "A,CN\n"),
                "header 1 UTF-8 , name=supplier.name|country=supplier.country\n"
                "row 2 {\"supplier\":{\"country\":\"CN\",\"name\":\"A\"}}\n"
                "end ok\n"},
        {"one object", {.format = PRB_INTAKE_AUTO},
                TEXT("{\"a\": \"}{\\\"\",\n"
                     " \"b\": [1]}\n"),
                "row 1 {\"a\": \"}{\\\"\",\n"
                " \"b\": [1]}\n"
                "end ok\n"},
        {"one object and more", {.format = PRB_INTAKE_JSON},
                TEXT("{\"a\":1} x\n"),
                "row 1 {\"a\":1}\n"
                "refused 1 invalid-json: there is more text behind the end of the JSON value; "
                "several objects go one a line (ndjson)\n"
                "end ok\n"},
        {"objects in a JSON input", {.format = PRB_INTAKE_JSON},
                TEXT("{\"a\":1}\n"
                     "{\"b\":2}\n"),
                "row 1 {\"a\":1}\n"
                "refused 2 invalid-json: there is more text behind the end of the JSON value; "
                "several objects go one a line (ndjson)\n"
                "end ok\n"},
        {"an array", {.format = PRB_INTAKE_AUTO},
                TEXT("[ {\"a\":1},\n"
                     "\n"
                     " {\"b\":[\",]\"]} ,3]\n"),
                "row 1 {\"a\":1}\n"
                "row 3 {\"b\":[\",]\"]}\n"
                "row 3 3\n"
                "end ok\n"},
        {"an empty array", {.format = PRB_INTAKE_AUTO},
                TEXT("[]"),
                "end ok\n"},
        {"an array with holes", {.format = PRB_INTAKE_AUTO},
                TEXT("[,{\"a\":1},]"),
                "refused 1 invalid-json: an element of the array is missing\n"
                "row 1 {\"a\":1}\n"
                "refused 1 invalid-json: an element of the array is missing\n"
                "end ok\n"},
        {"an array not closed", {.format = PRB_INTAKE_AUTO},
                TEXT("[{\"a\":1},\n"
                     "{\"b\":"),
                "row 1 {\"a\":1}\n"
                "refused 2 invalid-json: the text ends inside the declaration that begins in line 2\n"
                "end invalid-json: the text ends before its array is closed\n"},
        {"an array without its end", {.format = PRB_INTAKE_AUTO},
                TEXT("[{\"a\":1}, "),
                "row 1 {\"a\":1}\n"
                "end invalid-json: the text ends before its array is closed\n"},
        {"an object not closed", {.format = PRB_INTAKE_JSON},
                TEXT("\n"
                     "{\"a\":1"),
                "refused 2 invalid-json: the text ends inside the declaration that begins in line 2\n"
                "end ok\n"},
        {"no JSON", {.format = PRB_INTAKE_JSON},
                TEXT("hello"),
                "refused 1 invalid-json: a JSON input begins with the brace of a declaration or the "
                "bracket of an array\n"
                "end ok\n"},
        {"lines", {.format = PRB_INTAKE_AUTO},
                TEXT("{\"a\":1}\r\n"
                     "\n"
                     "{\"b\":2}"),
                "row 1 {\"a\":1}\n"
                "row 3 {\"b\":2}\n"
                "end ok\n"},
        {"lines with a damaged first one", {.format = PRB_INTAKE_AUTO},
                TEXT("{\"a\":1\n"
                     "{\"b\":2}\n"),
                "row 1 {\"a\":1\n"
                "row 2 {\"b\":2}\n"
                "end ok\n"},
        {"lines, asked for", {.format = PRB_INTAKE_NDJSON},
                TEXT("{\"a\":1}\n"
                     "x\n"),
                "row 1 {\"a\":1}\n"
                "row 2 x\n"
                "end ok\n"},
        {"an object over two lines, then lines", {.format = PRB_INTAKE_AUTO},
                TEXT("{\"a\":\n"
                     "1}\n"
                     "{\"b\":2}\n"
                     "{\"c\":3}"),
                "row 1 {\"a\":\n"
                "1}\n"
                "row 3 {\"b\":2}\n"
                "row 4 {\"c\":3}\n"
                "end ok\n"},
        {"JSON in UTF-16", {.format = PRB_INTAKE_AUTO},
                TEXT("\377\376{\000\"\000a\000\"\000:\000\"\000\351\000\"\000}\000"),
                "row 1 {\"a\":\"é\"}\n"
                "end ok\n"},
        {"JSON that is not UTF-8", {.format = PRB_INTAKE_AUTO},
                TEXT("{\"a\":\"\351\"}"),
                "row 1 {\"a\":\"\351\"}\n"
                "end ok\n"},
        {"spliced", {PRB_INTAKE_NDJSON, "6109", "company", NULL, false},
                TEXT("{\"supplier\":{}}\n"
                     "{ }\n"
                     "{\"products\":[],\"x\":1}\n"
                     "{\"declarant\":\"auditor\"}\n"
                     "{\"a\":1,}\n"
                     "7\n"),
                "row 1 {\"declarant\":\"company\",\"products\":[{\"hs\":\"6109\"}],\"supplier\":{}}\n"
                "row 2 {\"declarant\":\"company\",\"products\":[{\"hs\":\"6109\"}] }\n"
                "row 3 {\"declarant\":\"company\",\"products\":[],\"x\":1}\n"
                "row 4 {\"products\":[{\"hs\":\"6109\"}],\"declarant\":\"auditor\"}\n"
                "row 5 {\"a\":1,}\n"
                "row 6 7\n"
                "end ok\n"},
        {"tabs with blank cells first", {.format = PRB_INTAKE_CSV},
                TEXT("city\tname\tcountry\n"
                     "\tA\tCN\n"
                     "\t\tB\n"),
                "header 1 UTF-8 tab city=supplier.city|name=supplier.name|country=supplier.country\n"
                "row 2 {\"supplier\":{\"country\":\"CN\",\"name\":\"A\"}}\n"
                "refused 3 missing-member/supplier/name: column 2 holds no name\n"
                "end ok\n"},
        {"a quote that ends inside a cell", {.format = PRB_INTAKE_CSV},
                TEXT("name,country,address\n"
                     "\"Foo\" Ltd,CN,\"x\"\n"
                     "B,CN,y\n"),
                "header 1 UTF-8 , name=supplier.name|country=supplier.country|address=supplier.addres"
                "s\n"
                "refused 2 invalid-table: the row has 1 cell, the header has 3: name and country must be there, and a comma inside a cell needs quotes around it\n"
                "row 3 {\"supplier\":{\"address\":\"y\",\"country\":\"CN\",\"name\":\"B\"}}\n"
                "end ok\n"},
        {"a code with a blank", {.format = PRB_INTAKE_CSV},
                TEXT("name,country,hs code\n"
                     "A,CN,\"0901 11\"\n"),
                "header 1 UTF-8 , name=supplier.name|country=supplier.country|hs code=products.hs\n"
                "row 2 {\"products\":[{\"hs\":\"090111\"}],\"supplier\":{\"country\":\"CN\",\"name"
                "\":\"A\"}}\n"
                "end ok\n"},
	/* clang-format on */
};

static void
test_cases(void **state)
{
	static const size_t pieces[] = {1, 3, SIZE_MAX};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (size_t k = 0; k < sizeof(pieces) / sizeof(pieces[0]); k++) {
			struct recorder recorder = {0};

			record(&recorder, &cases[i].options, cases[i].input, pieces[k]);
			if (strcmp(recorder.log.p, cases[i].log) != 0)
				fail_msg("%s, pieces of %zu:\n%s--- expected\n%s", cases[i].name,
					pieces[k], recorder.log.p, cases[i].log);
			prb_str_finish(&recorder.log);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
