/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/lib/faults.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *
probity_version(void)
{
	return PROBITY_VERSION;
}

void
probity_free(char *text)
{
	free(text);
}

struct probity_faults *
probity_faults_create(void)
{
	return calloc(1, sizeof(struct probity_faults));
}

void
probity_faults_destroy(struct probity_faults *faults)
{
	free(faults);
}

size_t
probity_faults_count(const struct probity_faults *faults)
{
	return faults == NULL ? 0 : faults->count;
}

size_t
probity_faults_dropped(const struct probity_faults *faults)
{
	return faults == NULL ? 0 : faults->dropped;
}

static const struct prb_fault_given *
item(const struct probity_faults *faults, size_t i)
{
	static const struct prb_fault_given none = {.offset = SIZE_MAX};

	return i < probity_faults_count(faults) ? &faults->items[i] : &none;
}

const char *
probity_fault_name(const struct probity_faults *faults, size_t i)
{
	return item(faults, i)->name;
}

const char *
probity_fault_pointer(const struct probity_faults *faults, size_t i)
{
	return item(faults, i)->pointer;
}

const char *
probity_fault_detail(const struct probity_faults *faults, size_t i)
{
	return item(faults, i)->detail;
}

size_t
probity_fault_offset(const struct probity_faults *faults, size_t i)
{
	return item(faults, i)->offset;
}

void
prb_faults_empty(struct probity_faults *to)
{
	if (to != NULL)
		to->count = to->dropped = 0;
}

void
prb_faults_name(struct probity_faults *to, const char *name, const struct prb_fault *fault)
{
	struct prb_fault_given *given;

	if (to == NULL)
		return;
	if (to->count == PRB_FAULTS_MAX) {
		to->dropped++;
		return;
	}
	given = &to->items[to->count++];
	(void)snprintf(given->name, sizeof given->name, "%s", name);
	given->offset = fault->offset;
	memcpy(given->pointer, fault->pointer, sizeof given->pointer);
	memcpy(given->detail, fault->detail, sizeof given->detail);
}

void
prb_faults_give(struct probity_faults *to, const struct prb_fault *fault)
{
	prb_faults_name(to, prb_err_wire(fault->err), fault);
}

void
prb_faults_give_all(struct probity_faults *to, const struct prb_faults *faults)
{
	for (size_t i = 0; i < faults->count; i++)
		prb_faults_give(to, &faults->items[i]);
	if (to != NULL)
		to->dropped += faults->dropped;
}

enum probity_result
prb_result_of(enum prb_err err)
{
	if (err == PRB_OK)
		return PROBITY_OK;
	return prb_err_status(err) < 500 ? PROBITY_REFUSED : PROBITY_FAILED;
}
