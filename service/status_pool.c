/* SPDX-License-Identifier: Apache-2.0 */
#include "service/status_pool.h"

#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define ENTRIES PRB_STATE_STATUS_ENTRIES

/* The free places of one list. All but `drawn` stays as it is once others can see it. */
struct list {
	struct list *before; /* draws may still look at it; it goes with the pool */
	uint32_t number, count;
	atomic_uint drawn;
	uint32_t places[ENTRIES];
};

struct prb_status_pool {
	_Atomic(struct list *) current;
	pthread_mutex_t lock; /* for who begins the next list */
};

/* Random numbers by the block: a call of the system for each would take as long as everything else
 * at the start of the server. */
struct dice {
	uint32_t numbers[1024];
	size_t left;
};

static uint32_t throw(struct dice * dice)
{
	const size_t all = sizeof dice->numbers / sizeof dice->numbers[0];

	if (dice->left == 0) {
		randombytes_buf(dice->numbers, sizeof dice->numbers);
		dice->left = all;
	}
	return dice->numbers[--dice->left];
}

/* 0..bound-1, each as likely: what would make the first ones likelier is thrown again. */
static uint32_t
below(struct dice *dice, uint32_t bound)
{
	const uint32_t odd = (UINT32_MAX - bound + 1) % bound; /* 2^32 modulo bound */
	uint32_t number;

	do
		number = throw(dice);
	while (number < odd);
	return number % bound;
}

/* Fisher and Yates, as Durstenfeld wrote it down (1964). */
static void
shuffle(uint32_t *places, uint32_t count)
{
	struct dice dice = {.left = 0};

	for (uint32_t i = count; i > 1; i--) {
		uint32_t other = below(&dice, i), place = places[i - 1];

		places[i - 1] = places[other];
		places[other] = place;
	}
	sodium_memzero(&dice, sizeof dice);
}

static bool
is_taken(const uint8_t *taken, uint32_t index)
{
	return taken != NULL && (taken[index >> 3] & (0x80U >> (index & 7))) != 0;
}

/* taken may be NULL: nothing is. NULL without memory. */
static struct list *
make(uint32_t number, const uint8_t *taken, struct list *before)
{
	struct list *list = malloc(sizeof *list);

	if (list == NULL)
		return NULL;
	list->before = before;
	list->number = number;
	list->count = 0;
	atomic_init(&list->drawn, 0);
	for (uint32_t i = 0; i < ENTRIES; i++)
		if (!is_taken(taken, i))
			list->places[list->count++] = i;
	shuffle(list->places, list->count);
	return list;
}

static enum prb_err
read_newest(struct prb_state *state, uint32_t *number, uint8_t *taken)
{
	struct prb_state_reader *reader;
	enum prb_err err = prb_state_reader_create(state, &reader);

	if (err != PRB_OK)
		return err;
	err = prb_status_newest(reader, number, taken);
	prb_state_reader_destroy(reader);
	return err;
}

enum prb_err
prb_status_pool_create(struct prb_state *state, struct prb_status_pool **out)
{
	struct prb_status_pool *pool = calloc(1, sizeof *pool);
	uint8_t *taken = calloc(1, ENTRIES / 8);
	uint32_t number = 0;
	enum prb_err err = pool == NULL || taken == NULL ? PRB_ERR_MEMORY : PRB_OK;

	if (err == PRB_OK)
		err = read_newest(state, &number, taken);
	if (err == PRB_OK) {
		struct list *first = make(number == 0 ? 1 : number, taken, NULL);

		atomic_init(&pool->current, first);
		err = first == NULL ? PRB_ERR_MEMORY : PRB_OK;
	}
	free(taken);
	if (err != PRB_OK) {
		free(pool);
		return err;
	}
	pthread_mutex_init(&pool->lock, NULL);
	*out = pool;
	return PRB_OK;
}

void
prb_status_pool_destroy(struct prb_status_pool *pool)
{
	struct list *list, *before;

	if (pool == NULL)
		return;
	for (list = atomic_load(&pool->current); list != NULL; list = before) {
		before = list->before;
		free(list);
	}
	pthread_mutex_destroy(&pool->lock);
	free(pool);
}

/* Begins the list behind a used one, unless somebody has. */
static bool
go_on(struct prb_status_pool *pool, struct list *used)
{
	struct list *next = NULL;

	pthread_mutex_lock(&pool->lock);
	if (atomic_load(&pool->current) != used) {
		pthread_mutex_unlock(&pool->lock);
		return true;
	}
	next = make(used->number + 1, NULL, used);
	if (next != NULL)
		atomic_store(&pool->current, next);
	pthread_mutex_unlock(&pool->lock);
	return next != NULL;
}

bool
prb_status_pool_draw(struct prb_status_pool *pool, struct prb_stored_place *place)
{
	struct list *list;
	unsigned turn;

	for (;;) {
		list = atomic_load(&pool->current);
		/* Looked at first: of a used list nobody counts on and on. */
		turn = atomic_load(&list->drawn);
		if (turn < list->count)
			turn = atomic_fetch_add(&list->drawn, 1);
		if (turn < list->count) {
			*place = (struct prb_stored_place){list->number, list->places[turn]};
			return true;
		}
		if (!go_on(pool, list))
			return false;
	}
}
