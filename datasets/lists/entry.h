/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_LISTS_ENTRY_H
#define PRB_LISTS_ENTRY_H

/*
 * An entry of an entity list on its way into a release: of a list in the source tables, or of a
 * list that an operator loads. Both are compiled by the same code from here on.
 *
 * All texts lie in the build's arena. Entries are plain memory; only the array of them is owned.
 */

#include "scoring/base/arena.h"
#include "scoring/base/date.h"

/* How a name belongs to its entry; the words are those of entity_aliases.csv. `zh` is the name in
 * Chinese characters. */
enum prb_entry_name_kind { PRB_ENTRY_MAIN, PRB_ENTRY_ALIAS, PRB_ENTRY_FORMER, PRB_ENTRY_ZH };

struct prb_entry_name {
	struct prb_span text, key; /* the key is the folded text, 1 to 511 bytes */
	uint8_t kind;              /* enum prb_entry_name_kind; never PRB_ENTRY_MAIN */
};

struct prb_entry_identifier {
	uint8_t scheme; /* enum prb_scheme */
	const char *bare;
};

struct prb_entry {
	struct prb_span id, list;
	struct prb_span name, key;
	struct prb_span kind; /* entity, vessel, or scope: a good of a place, never met as a name */
	struct prb_span
		countries; /* alpha-3 codes, each once, with ';' between them; "" where not known */
	struct prb_span city, address, notes, source;
	prb_date date, status_date, valid_until; /* PRB_DATE_NONE where not known */
	uint8_t status;                          /* enum prb_listing_status */
	uint8_t effect;                          /* enum prb_listing_effect */
	bool verified;
	struct prb_entry_name *names; /* the other names, sorted by kind and text, each once */
	size_t names_count;
	struct prb_entry_identifier *identifiers; /* sorted, each once */
	size_t identifiers_count;
	uint32_t line; /* of its row, for messages */
};

struct prb_entries {
	struct prb_entry *items;
	size_t count, room;
};

/* Appends a copy; false where memory ran out. */
bool prb_entries_add(struct prb_entries *entries, const struct prb_entry *entry);
/* By id. Entries of one id come in an order that follows from what they say, not from where they
 * stood. */
void prb_entries_sort(struct prb_entries *entries);
void prb_entries_finish(struct prb_entries *entries);

/* Two entries by all that they say, names and numbers included: < 0, 0 or > 0. */
int prb_entry_compare(const struct prb_entry *a, const struct prb_entry *b);
/* Sorts names and identifiers and leaves out the second of two equal ones; a name whose key is the
 * main name's or that of a name before it goes. */
void prb_entry_tidy(struct prb_entry *entry);
/* Takes over the other names of `from` that `entry` does not have; false where memory ran out. */
bool prb_entry_take_names(
	struct prb_arena *arena, struct prb_entry *entry, const struct prb_entry *from);
/* Adds one name of the kind; false where memory ran out. */
bool prb_entry_add_name(
	struct prb_arena *arena, struct prb_entry *entry, const struct prb_entry_name *name);

#endif
