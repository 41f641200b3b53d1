/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Both ends of a serial line. The guest's end answers each of COUNT bytes by
 * its complement; the host's asks, each byte when the one before is answered,
 * until it is told to end (SIGTERM), and prints what came back.
 *
 *   ttytalk answer DEVICE COUNT
 *   ttytalk ask DEVICE COUNT
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* What the guest's end says first: whoever speaks earlier is not heard. */
#define READY '?'

static volatile sig_atomic_t ended;

static void end(int signal)
{
    ended = signal;
}

static void die(const char *what)
{
    perror(what);
    exit(1);
}

/* O_NONBLOCK concerns later reads, too. */
static int open_raw(const char *path, int flags)
{
    int fd = open(path, O_RDWR | O_NOCTTY | flags);
    struct termios t;

    if (fd < 0 || tcgetattr(fd, &t)) {
        die(path);
    }
    cfmakeraw(&t);
    cfsetspeed(&t, B115200);
    t.c_cflag |= CLOCAL;
    if (tcsetattr(fd, TCSANOW, &t)) {
        die(path);
    }
    return fd;
}

static void say(int fd, unsigned char byte)
{
    if (write(fd, &byte, 1) != 1) {
        die("write");
    }
}

static int answer(int fd, long count)
{
    unsigned char byte;

    say(fd, READY);
    while (count--) {
        if (read(fd, &byte, 1) != 1) {
            die("read");
        }
        say(fd, ~byte);
    }
    return tcdrain(fd);
}

/*
 * -1 if told to end. It never sleeps: an emulated host that sleeps is at its
 * next timeout at once, and the other end is outside of its time.
 */
static int hear(int fd)
{
    unsigned char byte;

    while (!ended) {
        if (read(fd, &byte, 1) == 1) {
            return byte;
        }
        if (errno != EAGAIN) {
            die("read");
        }
        sched_yield();
    }
    return -1;
}

static int ask(int fd, long count)
{
    long answered = 0, garbled = 0;
    int byte = hear(fd);

    garbled += byte >= 0 && byte != READY;
    for (long i = 0; i < count && byte >= 0; i++) {
        say(fd, i);
        byte = hear(fd);
        answered += byte >= 0;
        garbled += byte >= 0 && byte != (~i & 0xff);
    }
    while (hear(fd) >= 0) {
        garbled++;
    }
    printf("answered=%ld garbled=%ld\n", answered, garbled);
    return 0;
}

int main(int argc, char **argv)
{
    const struct sigaction action = { .sa_handler = end };

    if (argc != 4 || sigaction(SIGTERM, &action, NULL)) {
        return 2;
    }
    if (strcmp(argv[1], "ask") == 0) {
        return ask(open_raw(argv[2], O_NONBLOCK), atol(argv[3]));
    }
    return answer(open_raw(argv[2], 0), atol(argv[3]));
}
