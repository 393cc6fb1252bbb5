// SPDX-License-Identifier: Apache-2.0
// fuzzball.mjs DATA OUT SECONDS MODULES: npm's fuzzball, token_set_ratio over the whole list, whose words are cut beforehand as its page
// on performance advises. It has no index, so what is built is that cutting.
import { join } from "node:path";
import * as common from "./common.mjs";

const fuzz = common.load("fuzzball");
const began = process.hrtime.bigint();
const choices = common.column(join(common.data, "names.tsv")).map((name) => {
	const processed = fuzz.full_process(name);
	return { name, processed, tokens: fuzz.unique_tokens(processed) };
});
const build_s = common.seconds_since(began).toFixed(1);
const options = { scorer: fuzz.token_set_ratio, processor: (choice) => choice.processed, full_process: false, limit: common.LIMIT, cutoff: 50 };

const asked = common.askAll((query) => {
	const processed = fuzz.full_process(query);
	return processed === "" ? [] : fuzz.extract(processed, choices, options).map(([choice, score]) => [choice.name, score]);
}, 3);
common.write(asked, { build_s, index_bytes: "", resident_kib: common.residentKib(), open_ms: "" });
