/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_LOAD_FAULT_PLAN_H
#define PRB_LOAD_FAULT_PLAN_H

/*
 * What fault.c is to let fail, in a file that it shares with whoever arms it ($PROBITY_FAULT).
 * Calls of one class are counted from the moment that it is armed; the n-th fails, once.
 */

#include <stdatomic.h>
#include <stdint.h>

enum prb_fault_class {
	PRB_FAULT_NONE,
#define PRB_FAULT_CLASS(name, text, error) PRB_FAULT_##name,
#include "tests/load/fault_classes.def"
#undef PRB_FAULT_CLASS
	PRB_FAULT_CLASSES,
};

struct prb_fault_plan {
	atomic_uint armed;  /* enum prb_fault_class */
	atomic_ulong seen;  /* calls of that class since */
	atomic_ulong fails; /* the number of the call that fails; 0: none, they are only counted */
	atomic_uint fired;
};

#endif
