/* SPDX-License-Identifier: Apache-2.0 */
#include "service/status_pool.h"

#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdlib.h>

#define ENTRIES PRB_STATE_STATUS_ENTRIES

struct prb_status_pool {
	pthread_mutex_t lock;
	_Atomic uint32_t number;
	uint32_t count; /* the first so many of `places` are free */
	uint32_t places[ENTRIES];
};

static bool
is_taken(const uint8_t *taken, uint32_t index)
{
	return taken != NULL && (taken[index >> 3] & (0x80U >> (index & 7))) != 0;
}

/* taken may be NULL: nothing is. */
static void
begin(struct prb_status_pool *pool, uint32_t number, const uint8_t *taken)
{
	pool->count = 0;
	for (uint32_t i = 0; i < ENTRIES; i++)
		if (!is_taken(taken, i))
			pool->places[pool->count++] = i;
	atomic_store(&pool->number, number);
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
		begin(pool, number == 0 ? 1 : number, taken);
		pthread_mutex_init(&pool->lock, NULL);
		*out = pool;
	} else {
		free(pool);
	}
	free(taken);
	return err;
}

void
prb_status_pool_destroy(struct prb_status_pool *pool)
{
	if (pool == NULL)
		return;
	pthread_mutex_destroy(&pool->lock);
	free(pool);
}

/* Fisher and Yates, as Durstenfeld wrote it down (1964), one step with each draw: so a list that
 * begins is only written down in order, which takes no longer than a page from the disk. */
void
prb_status_pool_draw(struct prb_status_pool *pool, struct prb_stored_place *place)
{
	uint32_t turn;

	pthread_mutex_lock(&pool->lock);
	if (pool->count == 0)
		begin(pool, atomic_load(&pool->number) + 1, NULL);
	turn = randombytes_uniform(pool->count);
	*place = (struct prb_stored_place){atomic_load(&pool->number), pool->places[turn]};
	pool->places[turn] = pool->places[--pool->count];
	pthread_mutex_unlock(&pool->lock);
}

uint32_t
prb_status_pool_newest(const struct prb_status_pool *pool)
{
	return atomic_load(&pool->number);
}
