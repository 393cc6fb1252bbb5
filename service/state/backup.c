/* SPDX-License-Identifier: Apache-2.0 */

/* Copies of a state: made beside a server, and brought back. */

#include "service/state/state.h"
