/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The yardstick of the durable figure: libsodium's Ed25519 signatures a second on one core, over 64
 * bytes as eddsa-jcs-2022 signs them. Prints one number.
 */
#include <sodium.h>
#include <stdio.h>
#include <time.h>

#define SECONDS 2

int
main(void)
{
	unsigned char public_key[crypto_sign_PUBLICKEYBYTES],
		secret_key[crypto_sign_SECRETKEYBYTES];
	unsigned char message[64] = {0}, signature[crypto_sign_BYTES] = {0};
	struct timespec begin, now;
	unsigned long count = 0;
	double seconds = 0;

	if (sodium_init() < 0)
		return 1;
	crypto_sign_keypair(public_key, secret_key);
	clock_gettime(CLOCK_MONOTONIC, &begin);
	while (seconds < SECONDS) {
		for (int i = 0; i < 1000; i++) {
			/* Each message is another, and depends on the last signature. */
			message[0] = signature[0];
			message[1]++;
			crypto_sign_detached(signature, NULL, message, sizeof message, secret_key);
		}
		count += 1000;
		clock_gettime(CLOCK_MONOTONIC, &now);
		seconds = (double)(now.tv_sec - begin.tv_sec) +
			  (double)(now.tv_nsec - begin.tv_nsec) / 1e9;
	}
	printf("%.0f\n", (double)count / seconds);
	return 0;
}
