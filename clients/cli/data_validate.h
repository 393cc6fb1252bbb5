/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_CLI_DATA_VALIDATE_H
#define PRB_CLI_DATA_VALIDATE_H

/* `probity data validate`: arguments from its own name on; the exit status of cli.h. */
int data_validate(int argc, char **argv);

#endif
