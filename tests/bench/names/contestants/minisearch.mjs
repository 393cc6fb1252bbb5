// SPDX-License-Identifier: Apache-2.0
// minisearch.mjs DATA OUT SECONDS MODULES HOW: npm's minisearch, any word of the query, fuzzy 0.2; HOW `prefix` also takes words that
// begin with the query's, as its documentation shows for searching while one types.
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as common from "./common.mjs";

const loaded = common.load("minisearch");
const MiniSearch = loaded.default ?? loaded;
const options = { fields: ["name"], storeFields: ["name"] };
const search = { fuzzy: 0.2, prefix: process.argv[6] === "prefix" };

let began = process.hrtime.bigint();
let index = new MiniSearch(options);
index.addAll(common.column(join(common.data, "names.tsv")).map((name, id) => ({ id, name })));
const build_s = common.seconds_since(began).toFixed(1);

/* Its index is kept as JSON, in one string, which has a longest length: a list beyond it is asked without having been kept. */
mkdirSync(common.out, { recursive: true });
const kept = join(common.out, "index.json");
let index_bytes = "", open_ms = "";
try {
	writeFileSync(kept, JSON.stringify(index));
	index_bytes = statSync(kept).size;
	index = undefined;
	began = process.hrtime.bigint();
	index = MiniSearch.loadJSON(readFileSync(kept, "utf8"), options);
	open_ms = (common.seconds_since(began) * 1000).toFixed(1);
	rmSync(kept);
} catch (error) {
	console.error(`minisearch: the index could not be kept: ${error.message}`);
}

const asked = common.askAll((query) => index.search(query, search).slice(0, common.LIMIT).map((hit) => [hit.name, hit.score]));
common.write(asked, { build_s, index_bytes, resident_kib: common.residentKib(), open_ms });
