/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What is remembered of screenings says what a screening says: declarations drawn from the names of
 * the release, written a little differently, are gathered without a memory and with one, in an
 * order in which places are taken by others in between. PROBITY_SEED chooses others.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/facts/gather.h"
#include "datasets/facts/screen_cache.h"
#include "tests/unit/datasets_support.h"

#define NAMES_MAX 4000
#define DECLARATIONS 300
#define AS_OF 20000

static struct prb_release *release;
static struct prb_reader *reader;
static struct prb_gatherer *bare, *remembering;
static struct prb_arena *arenas[2];
static struct prb_span names[NAMES_MAX];
static size_t names_count;
static uint64_t seed = 20261122;

static bool
take_name(void *context, struct prb_span key, struct prb_span value)
{
	struct prb_entity_record entity;

	(void)context;
	(void)key;
	assert_true(prb_entity_read(value, &entity));
	if (strpbrk(entity.name, "\"\\") == NULL && strlen(entity.name) < 200)
		names[names_count++] = prb_span_of(entity.name);
	return names_count < NAMES_MAX;
}

static int
open_release(void **state)
{
	struct prb_fault fault;

	(void)state;
	assert_int_equal(prb_release_open(support_release(), &release, &fault), PRB_OK);
	assert_int_equal(prb_reader_create(release, &reader), PRB_OK);
	prb_reader_each(reader, PRB_TABLE_ENTITY, take_name, NULL);
	for (size_t i = 0; i < 2; i++)
		arenas[i] = prb_arena_create(16 * 1024 * 1024);
	return names_count > 100 && arenas[0] && arenas[1] ? 0 : -1;
}

static int
close_release(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++)
		prb_arena_destroy(arenas[i]);
	prb_reader_destroy(reader);
	prb_release_close(release);
	support_release_remove();
	return 0;
}

static int
make_gatherers(void **state)
{
	(void)state;
	bare = prb_gatherer_create(reader);
	remembering = prb_gatherer_create(reader);
	return bare && remembering ? 0 : -1;
}

static int
destroy_gatherers(void **state)
{
	(void)state;
	prb_gatherer_destroy(bare);
	prb_gatherer_destroy(remembering);
	return 0;
}

static const struct prb_facts *
gather(struct prb_gatherer *gatherer, struct prb_arena *arena, const char *json)
{
	static struct prb_faults faults;
	struct prb_declaration *declaration;
	struct prb_facts *facts;

	prb_arena_reset(arena);
	memset(&faults, 0, sizeof(faults));
	assert_int_equal(
		prb_declaration_read(arena, prb_span_of(json), &faults, &declaration), PRB_OK);
	if (prb_facts_gather(gatherer, arena, declaration, AS_OF, &faults, &facts) != PRB_OK)
		fail_msg("%s: %s %s", json, faults.items[0].pointer, faults.items[0].detail);
	return facts;
}

static void
expect_same(const char *json, const struct prb_facts *a, const struct prb_facts *b)
{
	if (a->listings_count != b->listings_count)
		fail_msg("%s: %zu and %zu listings", json, a->listings_count, b->listings_count);
	for (size_t i = 0; i < a->listings_count; i++) {
		const struct prb_listing *x = &a->listings[i], *y = &b->listings[i];

		assert_string_equal(x->subject, y->subject);
		assert_string_equal(x->list, y->list);
		assert_string_equal(x->edition, y->edition);
		assert_string_equal(x->entity_id, y->entity_id);
		assert_string_equal(x->entity, y->entity);
		assert_string_equal(x->source, y->source);
		assert_string_equal(x->because, y->because);
		assert_int_equal(x->similarity_ppm, y->similarity_ppm);
		assert_int_equal(x->decision, y->decision);
		assert_int_equal(x->effect, y->effect);
		assert_int_equal(x->status, y->status);
		assert_int_equal(x->status_date, y->status_date);
		assert_int_equal(x->tier, y->tier);
		assert_int_equal(x->party, y->party);
	}
}

/* A name of a list, perhaps cut, or with a word before it. */
static void
draw_name(uint64_t *random, char *out, size_t room)
{
	struct prb_span name = names[support_random(random) % names_count];
	static const char *const before[] = {"", "", "", "New ", "The "};

	(void)snprintf(out, room, "%s%.*s%s", before[support_random(random) % 5], (int)name.n,
		name.p, support_random(random) % 3 == 0 ? " Ltd" : "");
}

static void
draw_declaration(uint64_t *random, char *out, size_t room)
{
	static const char *const countries[] = {"CHN", "BGD", "IND", "TKM", "MYS"};
	static const char *const places[] = {"", ",\"city\":\"Urumqi\"",
		",\"city\":\"Example Town\"", ",\"address\":\"1 Example Road, Kashgar\"",
		",\"aliases\":[\"Example Garments\"]"};
	static const char *const numbers[] = {"", "",
		",\"identifiers\":[{\"scheme\":\"lei\",\"value\":"
		"\"5493001KJTIIGC8Y1R12\"}]"};
	char first[256], second[256];

	draw_name(random, first, sizeof(first));
	draw_name(random, second, sizeof(second));
	(void)snprintf(out, room,
		"{\"supplier\":{\"name\":\"%s\",\"country\":\"%s\"%s%s},"
		"\"sites\":[{\"id\":\"1\",\"name\":\"%s\"}]}",
		first, countries[support_random(random) % 5], places[support_random(random) % 5],
		numbers[support_random(random) % 3], second);
}

static char declarations[DECLARATIONS][2048];

static void
same_as_without(void **state)
{
	uint64_t random = seed, before;
	size_t met = 0;

	(void)state;
	for (size_t i = 0; i < DECLARATIONS; i++)
		draw_declaration(&random, declarations[i], sizeof(declarations[i]));
	prb_gatherer_ask_for(remembering, PRB_SPAN("one"));
	for (size_t i = 0; i < 4 * (size_t)DECLARATIONS; i++) {
		/* Some come again soon, others after many. */
		const char *json =
			declarations[i % 2 == 0 ? i / 4 : support_random(&random) % DECLARATIONS];
		const struct prb_facts *facts = gather(bare, arenas[0], json);

		expect_same(json, facts, gather(remembering, arenas[1], json));
		met += facts->listings_count;
	}
	assert_true(met > DECLARATIONS);
	assert_int_equal(prb_screen_cache_found(bare), 0);
	before = prb_screen_cache_found(remembering);
	assert_true(before > DECLARATIONS);
	print_message(
		"%zu listings met, %llu screenings found again\n", met, (unsigned long long)before);
}

/* A name is found again by its first asker alone: the time of an answer tells nobody else. */
static void
for_one_asker(void **state)
{
	const char *json = "{\"supplier\":{\"name\":\"Example Garments\",\"country\":\"BGD\"}}";

	(void)state;
	prb_gatherer_ask_for(remembering, PRB_SPAN("one"));
	(void)gather(remembering, arenas[0], json);
	assert_int_equal(prb_screen_cache_found(remembering), 0);
	prb_gatherer_ask_for(remembering, PRB_SPAN("two"));
	(void)gather(remembering, arenas[0], json);
	assert_int_equal(prb_screen_cache_found(remembering), 0);
	prb_gatherer_ask_for(remembering, PRB_SPAN_NONE);
	(void)gather(remembering, arenas[0], json);
	(void)gather(remembering, arenas[0], json);
	assert_int_equal(prb_screen_cache_found(remembering), 0);
	prb_gatherer_ask_for(remembering, PRB_SPAN("one"));
	(void)gather(remembering, arenas[0], json);
	assert_int_equal(prb_screen_cache_found(remembering), 1);
}

/* All that a screening is asked with tells two apart. */
static void
all_that_is_asked(void **state)
{
	static const char *const rows[] = {
		"{\"supplier\":{\"name\":\"Example Garments\",\"country\":\"BGD\"}}",
		"{\"supplier\":{\"name\":\"Example Garment\",\"country\":\"BGD\"}}",
		"{\"supplier\":{\"name\":\"Example Garments\",\"country\":\"IND\"}}",
		"{\"supplier\":{\"name\":\"Example "
		"Garments\",\"country\":\"BGD\",\"city\":\"Town\"}}",
		"{\"supplier\":{\"name\":\"Example "
		"Garments\",\"country\":\"BGD\",\"address\":\"Town\"}}",
		"{\"supplier\":{\"name\":\"Example Garments\",\"country\":\"BGD\",\"identifiers\":["
		"{\"scheme\":\"lei\",\"value\":\"5493001KJTIIGC8Y1R12\"}]}}",
	};
	size_t count = sizeof(rows) / sizeof(rows[0]);

	(void)state;
	prb_gatherer_ask_for(remembering, PRB_SPAN("one"));
	for (size_t i = 0; i < count; i++)
		(void)gather(remembering, arenas[0], rows[i]);
	assert_int_equal(prb_screen_cache_found(remembering), 0);
	for (size_t i = 0; i < count; i++)
		(void)gather(remembering, arenas[0], rows[i]);
	assert_int_equal(prb_screen_cache_found(remembering), count);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(same_as_without, make_gatherers, destroy_gatherers),
		cmocka_unit_test_setup_teardown(for_one_asker, make_gatherers, destroy_gatherers),
		cmocka_unit_test_setup_teardown(
			all_that_is_asked, make_gatherers, destroy_gatherers),
	};
	const char *text = getenv("PROBITY_SEED");

	if (text != NULL)
		seed = strtoull(text, NULL, 10);
	printf("seed %llu\n", (unsigned long long)seed);
	return cmocka_run_group_tests(tests, open_release, close_release);
}
