/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How late the host wakes a thread that waits for a time: until it is told to
 * end (SIGTERM), it sleeps to the next millisecond again and again, at real
 * time priority, and prints how often and its worst delay in microseconds.
 */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#define PERIOD_NS 1000000L
#define SECOND_NS 1000000000L

static volatile sig_atomic_t ended;

static void end(int signal)
{
    ended = signal;
}

static long since(const struct timespec *then)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (now.tv_sec - then->tv_sec) * SECOND_NS + now.tv_nsec -
           then->tv_nsec;
}

static void advance(struct timespec *t)
{
    t->tv_nsec += PERIOD_NS;
    if (t->tv_nsec >= SECOND_NS) {
        t->tv_nsec -= SECOND_NS;
        t->tv_sec++;
    }
}

int main(void)
{
    const struct sched_param priority = { .sched_priority = 50 };
    const struct sigaction action = { .sa_handler = end };
    long worst = 0, sum = 0, delay, n = 0;
    struct timespec next;

    if (sched_setscheduler(0, SCHED_FIFO, &priority) ||
        mlockall(MCL_CURRENT | MCL_FUTURE) ||
        sigaction(SIGTERM, &action, NULL)) {
        fprintf(stderr, "timerlat: %s\n", strerror(errno));
        return 1;
    }
    clock_gettime(CLOCK_MONOTONIC, &next);
    for (advance(&next); !ended; advance(&next)) {
        if (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL)) {
            continue;
        }
        delay = since(&next);
        worst = delay > worst ? delay : worst;
        sum += delay;
        n++;
    }
    printf("wakeups=%ld delay_mean=%ld delay_worst=%ld\n", n,
           n ? sum / n / 1000 : 0, worst / 1000);
    return 0;
}
