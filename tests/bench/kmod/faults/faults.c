// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Faults that the debug kernel must see: loading the module commits the one
 * that the parameter "fault" names.
 */
#include <linux/completion.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/module.h>
#include <linux/slab.h>

static char *fault;
module_param(fault, charp, 0444);
MODULE_PARM_DESC(fault, "sleeps, locks, or late");

static DEFINE_SPINLOCK(lock);
static DECLARE_COMPLETION(fired);

/* Allocates what may have to be waited for with a spinlock held. */
static int sleeps(void)
{
    spin_lock(&lock);
    kfree(kzalloc(1, GFP_KERNEL));
    spin_unlock(&lock);
    return 0;
}

static enum hrtimer_restart take_lock(struct hrtimer *timer)
{
    spin_lock(&lock);
    spin_unlock(&lock);
    complete(&fired);
    return HRTIMER_NORESTART;
}

/* Takes a lock of a hard interrupt's with interrupts on; nothing locks up. */
static int locks(void)
{
    struct hrtimer timer;

    hrtimer_init_on_stack(&timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
    timer.function = take_lock;
    hrtimer_start(&timer, 0, HRTIMER_MODE_REL_HARD);
    wait_for_completion(&fired);
    hrtimer_cancel(&timer);
    destroy_hrtimer_on_stack(&timer);
    spin_lock(&lock);
    spin_unlock(&lock);
    return 0;
}

static irqreturn_t read_it(int line, void *data)
{
    return READ_ONCE(*(int *)data) ? IRQ_HANDLED : IRQ_NONE;
}

/*
 * Frees what its interrupt reads, then the interrupt, which never fires: only
 * DEBUG_SHIRQ calls the handler then, and only KASAN sees what that reads.
 */
static int late(void)
{
    int line = irq_alloc_desc(NUMA_NO_NODE);
    int *data = kzalloc(sizeof(*data), GFP_KERNEL);
    int ret = -ENOMEM;

    if (line >= 0 && data) {
        irq_set_chip_and_handler(line, &dummy_irq_chip, handle_simple_irq);
        irq_modify_status(line, IRQ_NOREQUEST, 0);
        ret = request_irq(line, read_it, IRQF_SHARED, "faults", data);
    }
    kfree(data);
    if (!ret) {
        free_irq(line, data);
    }
    if (line >= 0) {
        irq_free_desc(line);
    }
    return ret;
}

static const struct {
    const char *name;
    int (*commit)(void);
} faults[] = {
    { "sleeps", sleeps }, { "locks", locks }, { "late", late },
};

static int __init faults_init(void)
{
    int i;

    for (i = 0; i < ARRAY_SIZE(faults); i++) {
        if (fault && !strcmp(fault, faults[i].name)) {
            return faults[i].commit();
        }
    }
    return -EINVAL;
}
module_init(faults_init);

static void __exit faults_exit(void)
{
}
module_exit(faults_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Faults for the debug kernel to see");
