/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/render/pdf_module.h"

const struct prb_pdf_module prb_pdf_module = {.version = PROBITY_VERSION, .write = prb_pdf_write};
