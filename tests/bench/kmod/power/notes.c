// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the providers were asked to do, in /sys/kernel/debug/vpo-bench/:
 *
 *   calls   "clock0.enable 12" a line: how often, since the module was loaded
 *   log     the last calls in their order, one a line; a write empties it
 *   state   what is on, asserted or selected now, one a line
 *   last    to be written: what is said on the console when the host goes down,
 *           behind the log
 */
#include <linux/debugfs.h>
#include <linux/seq_file.h>

#include "power.h"

static struct power_note *find(struct power_notes *notes, const char *name)
{
    struct power_note *note;
    unsigned int i;

    for (i = 0; i < notes->kinds; i++) {
        if (!strcmp(notes->notes[i].name, name)) {
            return &notes->notes[i];
        }
    }
    if (WARN_ON(notes->kinds == POWER_NOTES)) {
        return NULL;
    }
    note = &notes->notes[notes->kinds++];
    strscpy(note->name, name, sizeof(note->name));
    return note;
}

void power_note(struct power *power, const char *kind, unsigned int id,
                const char *verb)
{
    struct power_notes *notes = &power->notes;
    struct power_note *note;
    unsigned long flags;
    char name[24];

    snprintf(name, sizeof(name), "%s%u.%s", kind, id, verb);
    spin_lock_irqsave(&notes->lock, flags);
    note = find(notes, name);
    if (note) {
        note->calls++;
        notes->log[notes->logged++ % POWER_LOG] = note - notes->notes;
    }
    spin_unlock_irqrestore(&notes->lock, flags);
}

static int calls_show(struct seq_file *s, void *unused)
{
    struct power *power = s->private;
    unsigned int i;

    for (i = 0; i < power->notes.kinds; i++) {
        seq_printf(s, "%s %lu\n", power->notes.notes[i].name,
                   power->notes.notes[i].calls);
    }
    return 0;
}
DEFINE_SHOW_ATTRIBUTE(calls);

static int log_show(struct seq_file *s, void *unused)
{
    struct power_notes *notes = &((struct power *)s->private)->notes;
    unsigned int n = notes->logged;
    unsigned int i = n > POWER_LOG ? n - POWER_LOG : 0;

    for (; i < n; i++) {
        seq_printf(s, "%s\n", notes->notes[notes->log[i % POWER_LOG]].name);
    }
    return 0;
}

static int log_open(struct inode *inode, struct file *file)
{
    return single_open(file, log_show, inode->i_private);
}

static ssize_t log_write(struct file *file, const char __user *buf,
                         size_t count, loff_t *ppos)
{
    struct power *power = file_inode(file)->i_private;
    unsigned long flags;

    spin_lock_irqsave(&power->notes.lock, flags);
    power->notes.logged = 0;
    spin_unlock_irqrestore(&power->notes.lock, flags);
    return count;
}

static const struct file_operations log_fops = {
    .owner = THIS_MODULE,
    .open = log_open,
    .read = seq_read,
    .write = log_write,
    .llseek = seq_lseek,
    .release = single_release,
};

static int state_show(struct seq_file *s, void *unused)
{
    struct power *power = s->private;
    unsigned int i;

    for (i = 0; i < POWER_CLOCKS; i++) {
        seq_printf(s, "clock%u prepared %d enabled %d\n", i,
                   power->clocks[i].prepared, power->clocks[i].enabled);
    }
    for (i = 0; i < POWER_DOMAINS; i++) {
        seq_printf(s, "domain%u on %d\n", i, power->domains[i].on);
    }
    for (i = 0; i < POWER_RESETS; i++) {
        seq_printf(s, "reset%u asserted %d\n", i, power->asserted[i]);
    }
    for (i = 0; i < POWER_SUPPLIES; i++) {
        seq_printf(s, "supply%u on %d\n", i, power->supplies[i].on);
    }
    seq_printf(s, "pins %s\n", power->function ?: "-");
    return 0;
}
DEFINE_SHOW_ATTRIBUTE(state);

static ssize_t last_write(struct file *file, const char __user *buf,
                          size_t count, loff_t *ppos)
{
    struct power *power = file_inode(file)->i_private;

    return simple_write_to_buffer(power->notes.last,
                                  sizeof(power->notes.last) - 1, ppos, buf,
                                  count);
}

static const struct file_operations last_fops = {
    .owner = THIS_MODULE,
    .open = simple_open,
    .write = last_write,
};

void power_notes_end(struct power *power)
{
    const struct power_notes *notes = &power->notes;
    unsigned int i = notes->logged > 16 ? notes->logged - 16 : 0;

    if (!notes->last[0]) {
        return;
    }
    /* Urgent, so that whatever the console shows, it shows this. */
    pr_emerg("@result shutdown=");
    for (; i < notes->logged; i++) {
        pr_cont("%s ", notes->notes[notes->log[i % POWER_LOG]].name);
    }
    pr_cont("\n");
    pr_emerg("%s", notes->last);
}

int power_notes_show(struct power *power)
{
    struct dentry *dir = debugfs_create_dir("vpo-bench", NULL);

    debugfs_create_file("calls", 0400, dir, power, &calls_fops);
    debugfs_create_file("log", 0600, dir, power, &log_fops);
    debugfs_create_file("state", 0400, dir, power, &state_fops);
    debugfs_create_file("last", 0200, dir, power, &last_fops);
    return PTR_ERR_OR_ZERO(dir);
}
