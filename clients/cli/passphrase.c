/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/cli/passphrase.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* What would end the program while the terminal does not echo. */
static const int deadly[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
#define DEADLY (sizeof(deadly) / sizeof(deadly[0]))

static volatile sig_atomic_t came;

static void
on_signal(int number)
{
	came = number;
}

struct silence {
	struct termios before;
	struct sigaction actions[DEADLY];
};

static void
end_silence(const struct silence *s)
{
	(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &s->before);
	for (size_t i = 0; i < DEADLY; i++)
		(void)sigaction(deadly[i], &s->actions[i], NULL);
	fputc('\n', stderr);
	if (came != 0)
		(void)raise(came);
}

static bool
begin_silence(struct silence *s)
{
	struct sigaction note = {.sa_handler = on_signal}; /* no SA_RESTART: read must end */
	struct termios quiet;

	if (tcgetattr(STDIN_FILENO, &s->before) != 0)
		return false;
	came = 0;
	(void)sigemptyset(&note.sa_mask);
	for (size_t i = 0; i < DEADLY; i++)
		(void)sigaction(deadly[i], &note, &s->actions[i]);
	quiet = s->before;
	quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
	quiet.c_lflag |= ICANON;
	if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) == 0)
		return true;
	end_silence(s);
	return false;
}

static enum prb_err
prompt(const char *words, struct prb_passphrase **out, struct prb_fault *fault)
{
	struct silence silence;
	enum prb_err err;

	if (!begin_silence(&silence))
		return prb_fault_set(fault, PRB_ERR_KEY, PRB_NO_OFFSET, NULL,
			"the terminal cannot be kept from showing the passphrase: name a file with "
			"--passphrase-file");
	/* Only now: what is typed before it is thrown away, and nothing typed after it is shown. */
	fputs(words, stderr);
	(void)fflush(stderr);
	err = prb_passphrase_take(STDIN_FILENO, "the terminal", true, out, fault);
	end_silence(&silence);
	return err;
}

static enum prb_err
prompt_again(const struct prb_passphrase *first, struct prb_fault *fault)
{
	struct prb_passphrase *second = NULL;
	enum prb_err err = prompt("the same again: ", &second, fault);

	if (err == PRB_OK && !prb_passphrase_equal(first, second))
		err = prb_fault_set(fault, PRB_ERR_KEY, PRB_NO_OFFSET, NULL,
			"the two passphrases are not the same: nothing was done");
	prb_passphrase_destroy(second);
	return err;
}

enum prb_err
prb_cli_passphrase(
	const char *file, enum prb_ask ask, struct prb_passphrase **out, struct prb_fault *fault)
{
	struct prb_passphrase *made = NULL;
	enum prb_err err = prb_passphrase_find(file, &made, fault);

	if (err == PRB_OK && made == NULL && ask != PRB_ASK_NEVER) {
		if (isatty(STDIN_FILENO) != 1)
			return prb_fault_set(fault, PRB_ERR_KEY, PRB_NO_OFFSET, NULL,
				"a passphrase is wanted, and there is no terminal to ask on: name "
				"a file that "
				"holds it with --passphrase-file");
		err = prompt("passphrase: ", &made, fault);
		if (err == PRB_OK && ask == PRB_ASK_TWICE)
			err = prompt_again(made, fault);
	}
	if (err == PRB_OK)
		*out = made;
	else
		prb_passphrase_destroy(made);
	return err;
}
