/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_STORE_RECORDS_H
#define PRB_STORE_RECORDS_H

/*
 * The formats of a release's rows: one writer and one reader for each, used by the build and by
 * everybody who reads.
 *
 * Keys: a country's alpha-3, a good's name, a code, an id as in the source. Keys of several parts
 * hold 0x1F between them (unit separator, which no source may hold). Read texts are borrowed from
 * the value and ended by NUL; reading returns false where the bytes are no such record.
 *
 * Country, good, scope, item and the like are read straight into scoring's structs (reference.c).
 */

#include "datasets/store/record.h"
#include "scoring/base/date.h"
#include "scoring/model/facts.h"
#include "scoring/model/reference.h"

#define PRB_KEY_SEPARATOR "\x1f"
#define PRB_KEY_BYTES_MAX 511 /* what LMDB takes as a key */

/* META */
#define PRB_META_FORMAT "format"
#define PRB_META_METHOD_VERSION "method_version"
#define PRB_META_METHOD_SHA256 "method_sha256"
/* SEAL */
#define PRB_SEAL_RELEASE "release"
/* FOLD */
#define PRB_FOLD_KEY "fold"
/* LEXICON */
#define PRB_LEXICON_KEY "lexicon"
/* NAME_INDEX: datasets/entities/index.h; the owner of a name is written by prb_name_owner_write. */
#define PRB_NAME_INDEX_KEY "names"

/* ENTITY, by id. Entries that are not verified at all are not in a release. */
struct prb_entity_record {
	const char *list, *name, *kind, *city, *address, *notes, *source;
	const char *identifiers; /* scheme, 0x1F, text of each, with ";" between them */
	const char *country;     /* alpha-3 codes with ';' between them; "" where not known */
	prb_date date, status_date, valid_until; /* PRB_DATE_NONE where not known */
	uint8_t status;                          /* enum prb_listing_status */
	uint8_t effect;                          /* enum prb_listing_effect */
	uint8_t verified; /* 1: read in a copy of the list; 0: partly from other sources */
};
void prb_entity_write(const struct prb_entity_record *record, struct prb_str *out);
bool prb_entity_read(struct prb_span value, struct prb_entity_record *record);

/* LIST, by its short name. */
struct prb_list_record {
	const char *title, *publisher, *edition, *effect_words, *url_words, *completeness;
	const char *countries_equal; /* alpha-3 codes with ';' between them: one country for this
					list */
	uint32_t entries;
};
void prb_list_write(const struct prb_list_record *record, struct prb_str *out);
bool prb_list_read(struct prb_span value, struct prb_list_record *record);

/* SOURCE, by table name. The texts are empty for the method's own tables, whose every row says why.
 */
struct prb_source_record {
	const char *title, *publisher, *edition, *licence, *retrieved_from, *retrieved_on, *doubts,
		*renew;
	const char *sha256; /* over header and rows, sorted */
	uint32_t rows;
};
void prb_source_write(const struct prb_source_record *record, struct prb_str *out);
bool prb_source_read(struct prb_span value, struct prb_source_record *record);

/* KEYWORD, by class (see keys.h) and word. */
struct prb_keyword_record {
	uint8_t basis; /* PRB_HS_BROAD or PRB_HS_KEYWORD */
	uint8_t count;
	char prefixes[PRB_HS_CODES_MAX][PRB_HS_BYTES];
};
void prb_keyword_write(const struct prb_keyword_record *record, struct prb_str *out);
bool prb_keyword_read(struct prb_span value, struct prb_keyword_record *record);

/* REGION_NAME, by country, class and name. */
enum prb_region_use { PRB_REGION_NOT, PRB_REGION_PERSON, PRB_REGION_WITH_CHINA, PRB_REGION_ALONE };
enum prb_region_level { PRB_LEVEL_CITY, PRB_LEVEL_REGION };
struct prb_region_name_record {
	char region[PRB_REGION_BYTES]; /* "" where a longer name only keeps a shorter one from being
					  taken */
	uint8_t use;                   /* enum prb_region_use */
	uint8_t level;                 /* enum prb_region_level */
};
void prb_region_name_write(const struct prb_region_name_record *record, struct prb_str *out);
bool prb_region_name_read(struct prb_span value, struct prb_region_name_record *record);

/* Lists of texts: ENTITY_IDENTIFIER holds ids; HS, REGION, INDICATOR, the ILO tables
 * hold the source's columns behind the key, in its order. */
void prb_texts_write(const struct prb_span *texts, size_t count, struct prb_str *out);
/* Begins reading; returns the count, or 0 where the value is none. Then as many prb_get_text. */
size_t prb_texts_begin(struct prb_span value, struct prb_cursor *c);

/* COUNTRY, by alpha-3. */
void prb_country_write(const struct prb_country *country, struct prb_str *out);
bool prb_country_read(struct prb_span value, struct prb_country *country);

/* GOOD, by name: pairs of alpha-3 and enum prb_listed. Absent pairs are PRB_LISTED_NO. */
struct prb_listed_pair {
	char iso3[4];
	uint8_t listed;
};
void prb_pairs_write(const struct prb_listed_pair *pairs, size_t count, struct prb_str *out);
size_t prb_pairs_begin(struct prb_cursor *c);
void prb_pairs_next(struct prb_cursor *c, struct prb_listed_pair *pair);

/* SCOPE, by id: countries as codes, "" for any. */
struct prb_scope_record {
	const char *country, *nationality, *region, *good, *law, *source, *since, *as_of;
	uint8_t effect;
	uint8_t hs_count;
	const char *hs[PRB_SCOPE_HS_MAX];
};
void prb_scope_write(const struct prb_scope_record *record, struct prb_str *out);
bool prb_scope_read(struct prb_span value, struct prb_scope_record *record);

/* ITEM, by id. */
void prb_item_write(const struct prb_item *item, struct prb_span text, struct prb_str *out);
bool prb_item_read(struct prb_span value, struct prb_item *item); /* all but the id */

/* LAW, by id. The market is a word: a country's alpha-3 code, or one of these. */
#define PRB_MARKET_WORD_EU "EU"
#define PRB_MARKET_WORD_ANY "any"
void prb_law_write(const struct prb_law *law, struct prb_span market, struct prb_str *out);
bool prb_law_read(struct prb_span value, struct prb_law *law,
	const char **market); /* all but the id and the market's number */

/* REMEDY, by the two-digit code of its indicator. */
void prb_remedy_write(const struct prb_remedy_row *row, struct prb_span source, struct prb_span why,
	struct prb_span reported_source, struct prb_str *out);
bool prb_remedy_read(struct prb_span value, struct prb_remedy_row *row);

/* REFERRAL, by country and name of the body. */
void prb_referral_write(const struct prb_referral *referral, struct prb_str *out);
bool prb_referral_read(
	struct prb_span value, struct prb_referral *referral); /* all but what the key says */

/* SECTOR, by the letter of an ISIC section (its share, -1 where there is none) or by a two-digit
 * chapter (its section's letter). */
void prb_sector_write(int32_t per_mille, struct prb_span source, struct prb_str *out);
bool prb_sector_read(struct prb_span value, int32_t *per_mille);
void prb_chapter_write(char section, struct prb_str *out);
bool prb_chapter_read(struct prb_span value, char *section);

/* RATING, by two-digit number; WEIGHT, by component id; CONSTANT, by key. */
void prb_rating_write(const struct prb_rating_row *row, struct prb_span why, struct prb_str *out);
bool prb_rating_read(struct prb_span value, struct prb_rating_row *row);
void prb_weight_write(const struct prb_weight *weight, struct prb_span why, struct prb_str *out);
bool prb_weight_read(struct prb_span value, struct prb_weight *weight);
void prb_constant_write(
	int64_t figure, struct prb_span unit, struct prb_span why, struct prb_str *out);
bool prb_constant_read(struct prb_span value, int64_t *figure);

#endif
