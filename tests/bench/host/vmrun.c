/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs a QEMU, waits for a QMP event of its, acts, and makes it quit.
 *
 *   vmrun [-t SECONDS] [-u UID] [-p PAUSES] [-e EVENT] [-x SHELL] [-q QMP]... \
 *         -- QEMU ARG...
 *
 * QEMU gets the monitor as an inherited socket, so there is no socket file to
 * wait for. First it is stopped and continued PAUSES times, at pseudo-random
 * moments, and in each pause its answer to the last QMP command is printed as
 * "paused: JSON". At the event (SHUTDOWN by default; "ready" is as soon as QEMU
 * answers) the shell command is run, each QMP command is sent and its answer
 * printed as "qmp: JSON"; then QEMU is told to quit. Exits as QEMU did, or with
 * 124 after SECONDS without the event, or 125 for its own troubles.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_COMMANDS 16
#define QUERY_STATUS "{\"execute\": \"query-status\"}"
/* For a QEMU that was late to say that it is there at all. */
#define SECONDS_MORE 5
#define TIMED_OUT 124
#define TROUBLE 125

struct options {
    int seconds;
    int uid;
    int pauses;
    const char *event;
    const char *shell;
    const char *commands[MAX_COMMANDS];
    int ncommands;
    char **argv;
};

struct monitor {
    int fd;
    time_t deadline;
    const char *awaited;    /* an event, or a command that is answered */
    char event[128];        /* the one to wait for, as it stands in a line */
    bool seen;
    char buf[65536];
    size_t used;
};

static void die(const char *what)
{
    fprintf(stderr, "vmrun: %s: %s\n", what, strerror(errno));
    exit(TROUBLE);
}

static time_t now(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return ts.tv_sec;
}

static void parse(int argc, char **argv, struct options *o)
{
    int c;

    *o = (struct options){ .seconds = 60, .event = "SHUTDOWN" };
    while ((c = getopt(argc, argv, "+t:u:p:e:x:q:")) != -1) {
        switch (c) {
        case 't':
            o->seconds = atoi(optarg);
            break;
        case 'u':
            o->uid = atoi(optarg);
            break;
        case 'p':
            o->pauses = atoi(optarg);
            break;
        case 'e':
            o->event = optarg;
            break;
        case 'x':
            o->shell = optarg;
            break;
        case 'q':
            if (o->ncommands == MAX_COMMANDS) {
                fprintf(stderr, "vmrun: too many commands\n");
                exit(TROUBLE);
            }
            o->commands[o->ncommands++] = optarg;
            break;
        default:
            exit(TROUBLE);
        }
    }
    o->argv = argv + optind;
    if (!o->argv[0]) {
        fprintf(stderr, "vmrun: no command\n");
        exit(TROUBLE);
    }
}

/* In the child: the caller's command, with the monitor on `fd`. */
static void start(const struct options *o, int fd)
{
    char chardev[64];
    int n = 0;
    char **argv;

    while (o->argv[n]) {
        n++;
    }
    argv = calloc(n + 5, sizeof(*argv));
    if (!argv) {
        die("calloc");
    }
    memcpy(argv, o->argv, n * sizeof(*argv));
    snprintf(chardev, sizeof(chardev), "socket,id=vmrun,fd=%d", fd);
    argv[n++] = "-chardev";
    argv[n++] = chardev;
    argv[n++] = "-mon";
    argv[n++] = "chardev=vmrun,mode=control";
    if (o->uid && (setgroups(0, NULL) || setgid(o->uid) || setuid(o->uid))) {
        die("dropping privileges");
    }
    execvp(argv[0], argv);
    die(argv[0]);
}

enum answer { GOT, CLOSED, LATE };

/* One line of JSON from the monitor. */
static enum answer get_line(struct monitor *m, char *line, size_t size)
{
    for (;;) {
        char *end = memchr(m->buf, '\n', m->used);
        struct pollfd p = { .fd = m->fd, .events = POLLIN };
        time_t left = m->deadline - now();
        ssize_t n;

        if (end) {
            size_t len = end + 1 - m->buf;

            snprintf(line, size, "%.*s", (int)(len - 1), m->buf);
            m->used -= len;
            memmove(m->buf, end + 1, m->used);
            m->seen |= strstr(line, m->event) != NULL;
            return GOT;
        }
        if (left <= 0 || poll(&p, 1, left * 1000) == 0) {
            return LATE;
        }
        n = read(m->fd, m->buf + m->used, sizeof(m->buf) - m->used);
        if (n <= 0) {
            return CLOSED;
        }
        m->used += n;
    }
}

/* Wait for a line that holds `what`, which stands at its start or in it. */
static enum answer wait_for(struct monitor *m, const char *what,
                            const char *or_what, char *line, size_t size)
{
    enum answer a;

    while ((a = get_line(m, line, size)) == GOT) {
        if (strstr(line, what) || (or_what && strstr(line, or_what))) {
            break;
        }
    }
    return a;
}

static enum answer command(struct monitor *m, const char *json, char *line,
                           size_t size)
{
    m->awaited = json;
    dprintf(m->fd, "%s\n", json);
    return wait_for(m, "{\"return\":", "{\"error\":", line, size);
}

/*
 * Events are sent only once the capabilities are negotiated. A quick guest has
 * shut down before that, and the status says so; or between QEMU's answer and
 * its being sent: then the event comes before an answer that says "running".
 */
static enum answer wait_for_event(struct monitor *m, const char *event)
{
    char line[32768];
    enum answer a;

    if (!strcmp(event, "ready")) {
        return GOT;
    }
    if (!strcmp(event, "SHUTDOWN")) {
        a = command(m, QUERY_STATUS, line, sizeof(line));
        if (a != GOT || strstr(line, "\"status\": \"shutdown\"")) {
            return a;
        }
    }
    if (m->seen) {
        return GOT;
    }
    m->awaited = event;
    return wait_for(m, m->event, NULL, line, sizeof(line));
}

#define PAUSE_APART_US 2000

static enum answer pause_qemu(struct monitor *m, const struct options *o)
{
    char line[32768];
    enum answer a;

    usleep(rand() % PAUSE_APART_US);
    a = command(m, "{\"execute\": \"stop\"}", line, sizeof(line));
    if (a == GOT && o->ncommands) {
        a = command(m, o->commands[o->ncommands - 1], line, sizeof(line));
        printf("paused: %s\n", line);
    }
    return a == GOT ? command(m, "{\"execute\": \"cont\"}", line, sizeof(line))
                    : a;
}

static enum answer session(struct monitor *m, const struct options *o)
{
    char line[32768];
    enum answer a = command(m, "{\"execute\": \"qmp_capabilities\"}", line,
                            sizeof(line));

    for (int i = 0; a == GOT && i < o->pauses; i++) {
        a = pause_qemu(m, o);
    }
    if (a == GOT) {
        a = wait_for_event(m, o->event);
    }
    if (a == GOT && o->shell && system(o->shell) == -1) {
        die("system");
    }
    for (int i = 0; a == GOT && i < o->ncommands; i++) {
        a = command(m, o->commands[i], line, sizeof(line));
        if (a == GOT) {
            printf("qmp: %s\n", line);
        }
    }
    if (a == GOT) {
        command(m, "{\"execute\": \"quit\"}", line, sizeof(line));
    }
    return a;
}

/* Where a QEMU hangs: the state, kernel function and stack of its threads. */
static void show_threads(pid_t pid)
{
    char shell[256];

    snprintf(shell, sizeof(shell),
             "cd /proc/%d/task && for t in *; do grep -h . $t/comm $t/wchan; "
             "grep ^State $t/status; cat $t/stack; done >&2", (int)pid);
    if (system(shell)) {
        fprintf(stderr, "vmrun: its threads cannot be seen\n");
    }
}

static void show_hang(struct monitor *m, const struct options *o, pid_t pid)
{
    char line[32768];

    fprintf(stderr, "vmrun: nothing within %d s of: %s\n", o->seconds,
            m->awaited);
    show_threads(pid);
    m->deadline = now() + SECONDS_MORE;
    if (command(m, QUERY_STATUS, line, sizeof(line)) == GOT) {
        fprintf(stderr, "vmrun: asked for its status, it says: %s\n", line);
    } else {
        fprintf(stderr, "vmrun: asked for its status, it says nothing\n");
    }
}

int main(int argc, char **argv)
{
    static struct monitor m;
    struct options o;
    enum answer a;
    int sv[2], status;
    pid_t pid;

    parse(argc, argv, &o);
    signal(SIGPIPE, SIG_IGN);
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv)) {
        die("socketpair");
    }
    pid = fork();
    if (pid < 0) {
        die("fork");
    }
    if (!pid) {
        signal(SIGPIPE, SIG_DFL);
        if (fcntl(sv[1], F_SETFD, 0)) {
            die("fcntl");
        }
        start(&o, sv[1]);
    }
    close(sv[1]);
    m.fd = sv[0];
    m.deadline = now() + o.seconds;
    snprintf(m.event, sizeof(m.event), "\"event\": \"%s\"", o.event);
    a = session(&m, &o);
    if (a == LATE) {
        show_hang(&m, &o, pid);
        kill(pid, SIGKILL);
    }
    if (waitpid(pid, &status, 0) != pid) {
        die("waitpid");
    }
    if (a == LATE) {
        return TIMED_OUT;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
