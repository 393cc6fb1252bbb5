/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRB_CLI_LOG_H
#define PRB_CLI_LOG_H

/*
 * What the verbs of `probity log` share. Each verb is a function that gets the arguments from its
 * own name on and returns the exit status: 0; 1 a finding, or what could not be looked at; 2 usage.
 */

#include <stdbool.h>

#include "scoring/log/checkpoint.h"

int prb_log_checkpoint(int argc, char **argv);
int prb_log_verify_checkpoint(int argc, char **argv);
int prb_log_verify_inclusion(int argc, char **argv);
int prb_log_verify_consistency(int argc, char **argv);
int prb_log_audit(int argc, char **argv);
int prb_log_witness(int argc, char **argv);

void log_sha256(uint8_t out[PRB_SHA256_BYTES], const void *bytes, size_t n);
/* A verifier key, or the name of a file that holds one in its first line. False with a word on
 * stderr. */
bool log_read_key(const char *vkey_or_file, struct prb_note_key *out);
/* "HEX": of the SHA-256 of an origin, as witnesses name a log. */
void log_origin_hex(struct prb_span origin, char out[PRB_SHA256_HEX_BYTES]);
/* 64 hexadecimal digits, of either case. */
bool log_unhex(const char *hex, uint8_t out[PRB_SHA256_BYTES]);
/* A hash in base64, as checkpoints have it. */
#define LOG_BASE64_BYTES 45 /* of 32 bytes, with NUL */
void log_base64(const uint8_t hash[PRB_SHA256_BYTES], char out[LOG_BASE64_BYTES]);
/* "2026-07-01T12:00:00Z"; "?" for a time that no year of four digits has. */
#define LOG_MOMENT_BYTES 24
void log_moment(int64_t seconds, char out[LOG_MOMENT_BYTES]);

/*
 * Puts the bytes in the file's place, whole or not at all, and durably: when it returns true they
 * are there after a loss of power as well. False with what went wrong.
 */
bool log_replace_file(const char *path, struct prb_span bytes, struct prb_fault *fault);
/* Reads a file of at most bytes_max. PRB_ERR_NOT_FOUND where there is none. */
enum prb_err log_read_file(
	const char *path, size_t bytes_max, struct prb_str *out, struct prb_fault *fault);

#endif
