# SPDX-License-Identifier: Apache-2.0
# `data validate`: the figures of scoring/METHOD.md's validation, to three decimals, and the same bytes twice; overlays, whose figures
# here are made up.
. "${0%/*}/lib.sh"

validate() {
	runs 0 "$PROBITY" data validate --as-of "$AS_OF" "$@"
}
# figure WORDS PATTERN: out has a line that matches.
figure() {
	check "$1" grep -Eq -- "$2" out
}

validate --samples "$SAMPLES"
mv out first
cp first out
figure "pairs" '^pairs +31284 = 198 origins x 158 goods, 120 listed$'
figure "the seed is printed" '^bootstrap +1000 samples of origins, seed 1$'
# Way, area, interval, best single index.
while read -r way area lo hi single; do
	figure "$way" "^$way +$area +$lo to $hi +$single "
done <<END
own_row_out 0.909 0.864 0.936 0.727
by_headings 0.891 0.842 0.924 0.727
origins_goods_out 0.831 0.777 0.876 0.727
goods_origins_out 0.866 0.794 0.907 0.727
where_only 0.759 0.663 0.834 0.727
what_only 0.903 0.864 0.929 0.727
within_a_country 0.654 0.569 0.726 0.500
without_largest_origins 0.879 0.829 0.918 0.705
customs_orders 0.584 0.455 0.704 0.640
weights_down 0.896 0.848 0.927 0.727
weights_up 0.914 0.871 0.941 0.727
END
# Single index, over all pairs.
while read -r index area; do
	figure "$index" "^$index +$area "
done <<END
trafficking_tier 0.685
freedom_from_forced_labour 0.727
rule_of_law 0.716
informality 0.630
gender_inequality 0.573
state_policy_or_pattern 0.647
conflict_deaths 0.607
displacement 0.515
births_not_registered 0.577
labour_inspection_and_law 0.572
instruments_not_ratified 0.543
good_listed_for_other_origins 0.686 +0.703
other_goods_of_this_origin_listed 0.848 +0.314
END
# One weight changed: down, up, ratings changed.
figure "the lens where" '^lens_where +0.918 +0.895 +9 +11$'
figure "the lens what" '^lens_what +0.892 +0.915 +148 +41$'
figure "the lens who moves ratings alone" '^lens_who +0.909 +0.909 +22 +37$'
figure "row three" '^other_goods_of_this_origin_listed +0.894 +0.917 +8 +0$'
figure "as they are" '^as they are +0 +48 +248 +0 +204$'
figure "with the product of the trade" '^with the product of the trade +0 +220 +160 +0 +120$'
figure "the goal" '^Goal: own row out at least 0.905: reached \(0.909\)$'
figure "and where it is not reached" '^Goal: above every single index in each way: not reached in customs_orders \(0.584, 0.640\)$'
check "no overlay in it" [ "$(grep -c overlay out)" -eq 0 ]
check "nothing on stderr, which is no terminal" [ ! -s err ]

validate --samples "$SAMPLES"
check "two runs, same bytes" cmp -s out first
validate --samples "$SAMPLES" --seed 2
check "another seed, other intervals" [ "$(cmp -s out first; echo $?)" -eq 1 ]
figure "and the same areas" '^own_row_out +0.909 '
validate --samples "$SAMPLES" --bootstrap 0
figure "no intervals" '^own_row_out +0.909 +- +0.727 '

# JSON: canonical, in ppm.
validate --samples "$SAMPLES" --out json
figure "JSON" '"listed":120,"origins":198,"pairs":31284,'
figure "JSON: ways" '"id":"own_row_out","lo_ppm":[0-9]*,"negatives":31164,"positives":120'
figure "JSON: samples" '"as_they_are":\{"critical":0,"high":48,"low":0,"medium":248,"unknown":204\}'
head -c -1 out >json
"$PROBITY" canonicalize json >again
check "JSON is canonical" cmp -s json again

# Without lists it says how to give some; a folder that is none, or a default product that is none, is said.
validate --bootstrap 0
figure "no lists" 'none were read; name a folder of lists with --samples DIR'
runs 1 "$PROBITY" data validate --samples nosuch
says 'nosuch: '
mkdir empty bad
runs 1 "$PROBITY" data validate --samples empty
says 'empty: there is no list'
printf 'name,country\nOne Two Three,Norway\n' >bad/list.csv
printf 'list.csv 0001\n' >bad/default_products.txt
runs 1 "$PROBITY" data validate --samples bad
says 'default_products.txt: a code is no heading'
printf 'other.csv 6109\n' >bad/default_products.txt
runs 1 "$PROBITY" data validate --samples bad
says 'default_products.txt:1: '
runs 2 "$PROBITY" data validate --seed x
runs 2 "$PROBITY" data validate --bootstrap 1000000
runs 2 "$PROBITY" data validate --out csv
runs 2 "$PROBITY" data validate --as-of 2026-02-30
runs 2 "$PROBITY" data validate --nosuch
runs 2 "$PROBITY" data validate more
runs 1 "$PROBITY" data validate --data nosuch.lmdb
runs 0 "$PROBITY" data validate --help
figure "examples" '^  probity data validate --seed 7'

# Overlays. The figures are made up; no table of a publisher is in this tree.
sources="$SOURCE/datasets/sources"
printf 'iso3,country,prevalence_per_1000,vuln_total\nCHN,made up,10,50\nNOR,made up,1,\n' >gsi.csv
printf 'iso3,rating,trend\nCHN,5+,made up\nNOR,1,made up\n' >ituc.csv
runs 0 "$PROBITY" data build --sources "$sources" --out plain.lmdb
name=$(grep '^release' out)
runs 0 "$PROBITY" data build --sources "$sources" --out over.lmdb --overlay gsi=gsi.csv --overlay ituc=ituc.csv
check "another name" [ "$(grep '^release' out)" != "$name" ]
runs 0 "$PROBITY" data info --verify --data over.lmdb
figure "info names it at the top" '^overlay  gsi, '
figure "and as a table" '^overlay_ituc: 2 rows'
figure "and whose it is" 'Walk Free, edition .*all rights reserved'
runs 0 "$PROBITY" data info --data plain.lmdb
check "no overlay in a plain release" [ "$(grep -c overlay out)" -eq 0 ]
printf '{"supplier":{"name":"One Two Three","country":"CHN"}}' >one.json
runs 0 screen --data over.lmdb --out json one.json
figure "the report shows it with its source" '"id":"overlay_prevalence","imputed":false,"lens":"where","source":"Walk Free, Global Slavery Index 2023 \(overlay: the user.s own copy\)","unverified":true,"value":500000'
figure "and the other" '"id":"overlay_rights",.*"value":1000000'
mv out report.json
runs 0 "$PROBITY" explain report.json
runs 0 screen --data plain.lmdb --out json one.json
check "a plain report has none" [ "$(grep -c overlay out)" -eq 0 ]
validate --data over.lmdb --bootstrap 0
figure "its component is measured" '^overlay_rights +0\.[0-9]+ '

runs 2 "$PROBITY" data build --sources "$sources" --out x.lmdb --overlay walk=gsi.csv
says 'no such overlay; known: gsi, ituc'
runs 2 "$PROBITY" data build --sources "$sources" --out x.lmdb --overlay gsi
says 'NAME=FILE'
runs 2 "$PROBITY" data build --sources "$sources" --out x.lmdb --overlay gsi=gsi.csv --overlay gsi=gsi.csv
says 'twice'
printf 'iso3,prevalence_per_1000,vuln_total\nCHN,ten,50\nQQQ,1,101\n' >gsi.csv
runs 3 "$PROBITY" data build --sources "$sources" --out x.lmdb --overlay gsi=gsi.csv
says '^gsi.csv:2:5: "prevalence_per_1000" is "ten"'
says '^gsi.csv:3:1: "iso3" is "QQQ"'
says '^gsi.csv:3:7: "vuln_total" is "101"'
says '^probity: gsi.csv: 3 cells or rows cannot stand; nothing was written$'
runs 3 "$PROBITY" data build --sources "$sources" --out x.lmdb --overlay ituc=nosuch.csv
says '^nosuch.csv:1:1: '
check "nothing is written" [ ! -e x.lmdb ]
finish
