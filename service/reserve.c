/* SPDX-License-Identifier: Apache-2.0 */
#include "service/reserve.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>
#include <openssl/crypto.h>
#include <unicode/uclean.h>

/* Some thousand connections' worth of libevent's small blocks. */
#define RESERVE_BYTES ((size_t)1024 * 1024)

static _Atomic(void *) reserve;

static void *
put_aside(void)
{
	void *block = malloc(RESERVE_BYTES);

	/* Written to, or the system would only have promised it. */
	if (block != NULL)
		memset(block, 0xA5, RESERVE_BYTES);
	return block;
}

/* Gives the reserve back; false when somebody else did. */
static bool
give_back(void)
{
	void *block = atomic_exchange(&reserve, NULL);

	free(block);
	return block != NULL;
}

static _Noreturn void
end(void)
{
	static const char text[] = "probityd: memory ran out, and the reserve with it: ended. The "
				   "state is whole; start it again with more memory, or with a "
				   "smaller [server] connections_max\n";

	if (write(STDERR_FILENO, text, sizeof text - 1) < 0)
		_exit(1);
	_exit(1);
}

static void *
get_more(void *at, size_t n)
{
	void *block = realloc(at, n);

	if (block != NULL || n == 0)
		return block;
	(void)give_back();
	block = realloc(at, n);
	if (block == NULL)
		end();
	return block;
}

static void *
get(size_t n)
{
	return get_more(NULL, n);
}

static void *
get_for_openssl(size_t n, const char *file, int line)
{
	(void)file;
	(void)line;
	return n != 0 ? get(n) : NULL;
}

static void *
get_more_for_openssl(void *at, size_t n, const char *file, int line)
{
	(void)file;
	(void)line;
	if (n == 0) {
		free(at);
		return NULL;
	}
	return get_more(at, n);
}

static void
free_for_openssl(void *at, const char *file, int line)
{
	(void)file;
	(void)line;
	free(at);
}

static void *
get_for_icu(const void *context, size_t n)
{
	(void)context;
	return get(n);
}

static void *
get_more_for_icu(const void *context, void *at, size_t n)
{
	(void)context;
	return get_more(at, n);
}

static void
free_for_icu(const void *context, void *at)
{
	(void)context;
	free(at);
}

bool
prb_reserve_init(void)
{
	UErrorCode status = U_ZERO_ERROR;
	void *block = put_aside();

	if (block == NULL)
		return false;
	atomic_store(&reserve, block);
	event_set_mem_functions(get, get_more, free);
	/* Refused where it has memory already; then it keeps what it has. */
	(void)CRYPTO_set_mem_functions(get_for_openssl, get_more_for_openssl, free_for_openssl);
	u_setMemoryFunctions(NULL, get_for_icu, get_more_for_icu, free_for_icu, &status);
	return true;
}

bool
prb_reserve_refill(void)
{
	void *block, *none = NULL;

	if (atomic_load_explicit(&reserve, memory_order_relaxed) != NULL)
		return true;
	block = put_aside();
	if (block == NULL)
		return false;
	if (!atomic_compare_exchange_strong(&reserve, &none, block))
		free(block);
	return true;
}

void
prb_reserve_finish(void)
{
	(void)give_back();
}
