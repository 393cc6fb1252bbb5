/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_LIB_FAULTS_H
#define PRB_LIB_FAULTS_H

/*
 * Faults as the library gives them away: with the name as text, since a server may name one that
 * this version does not know.
 */

#include "clients/lib/probity.h"
#include "scoring/base/fault.h"

#define PRB_FAULT_NAME_BYTES_MAX 48

struct probity_faults {
	size_t count, dropped;
	struct prb_fault_given {
		char name[PRB_FAULT_NAME_BYTES_MAX];
		size_t offset;
		char pointer[PRB_FAULT_POINTER_BYTES_MAX];
		char detail[PRB_FAULT_DETAIL_BYTES_MAX];
	} items[PRB_FAULTS_MAX];
};

/* Each takes NULL for `to`. */
void prb_faults_empty(struct probity_faults *to);
/* Adds one under a name; the name is cut where it is too long. */
void prb_faults_name(struct probity_faults *to, const char *name, const struct prb_fault *fault);
void prb_faults_give(struct probity_faults *to, const struct prb_fault *fault);
void prb_faults_give_all(struct probity_faults *to, const struct prb_faults *faults);

/* REFUSED where the caller can mend it, else FAILED. */
enum probity_result prb_result_of(enum prb_err err);

#endif
