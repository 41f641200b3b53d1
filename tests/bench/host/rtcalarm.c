/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs in a Linux guest, or in the host: takes COUNT alarm interrupts of an
 * RTC, each set to its next second, and prints its time and how many came.
 *
 *   rtcalarm DEVICE COUNT
 */
#include <fcntl.h>
#include <linux/rtc.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static struct rtc_time read_time(int fd)
{
    struct rtc_time now;

    if (ioctl(fd, RTC_RD_TIME, &now)) {
        die("RTC_RD_TIME");
    }
    return now;
}

static struct rtc_time a_second_after(struct rtc_time t)
{
    struct tm tm = {
        .tm_sec = t.tm_sec + 1, .tm_min = t.tm_min, .tm_hour = t.tm_hour,
        .tm_mday = t.tm_mday, .tm_mon = t.tm_mon, .tm_year = t.tm_year,
    };
    time_t next = timegm(&tm);

    gmtime_r(&next, &tm);
    return (struct rtc_time){
        .tm_sec = tm.tm_sec, .tm_min = tm.tm_min, .tm_hour = tm.tm_hour,
        .tm_mday = tm.tm_mday, .tm_mon = tm.tm_mon, .tm_year = tm.tm_year,
    };
}

static int one_alarm(int fd)
{
    struct rtc_wkalrm alarm = { .enabled = 1 };
    struct pollfd p = { .fd = fd, .events = POLLIN };
    unsigned long data;

    alarm.time = a_second_after(read_time(fd));
    if (ioctl(fd, RTC_WKALM_SET, &alarm)) {
        die("RTC_WKALM_SET");
    }
    if (poll(&p, 1, 3000) != 1 || read(fd, &data, sizeof(data)) < 0) {
        return 0;
    }
    return !!(data & RTC_AF);
}

int main(int argc, char **argv)
{
    int fd, count = argc == 3 ? atoi(argv[2]) : 0, taken = 0;
    struct rtc_time t;

    if (count < 1) {
        fprintf(stderr, "usage: rtcalarm DEVICE COUNT\n");
        return 2;
    }
    fd = open(argv[1], O_RDONLY);
    if (fd < 0) {
        die(argv[1]);
    }
    t = read_time(fd);
    printf("time=%04d-%02d-%02dT%02d:%02d:%02d", t.tm_year + 1900,
           t.tm_mon + 1, t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec);
    for (int i = 0; i < count; i++) {
        taken += one_alarm(fd);
    }
    printf(" alarms=%d taken=%d\n", count, taken);
    return taken == count ? 0 : 1;
}
