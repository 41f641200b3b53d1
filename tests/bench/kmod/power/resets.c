// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The bench's reset lines. Line 0 is a PL031's: asserted, it clears the
 * device's interrupt as a reset would. Line 3 only pulses by itself, and
 * nobody can tell whether it is asserted.
 */
#include <linux/io.h>
#include <linux/of.h>
#include <linux/of_address.h>

#include "power.h"

#define SELF_PULSED 3
#define RTCIMSC     0x10
#define RTCICR      0x1c

static struct power *power_of(struct reset_controller_dev *rcdev)
{
    return container_of(rcdev, struct power, resets);
}

static void clear_device(struct power *power, unsigned long id)
{
    if (id == 0 && power->device) {
        writel(0, power->device + RTCIMSC);
        writel(1, power->device + RTCICR);
    }
}

static int reset_assert(struct reset_controller_dev *rcdev, unsigned long id)
{
    struct power *power = power_of(rcdev);

    if (id == SELF_PULSED) {
        return -ENOTSUPP;
    }
    power_note(power, "reset", id, "assert");
    power->asserted[id] = true;
    clear_device(power, id);
    return 0;
}

static int reset_deassert(struct reset_controller_dev *rcdev, unsigned long id)
{
    struct power *power = power_of(rcdev);

    power_note(power, "reset", id, "deassert");
    power->asserted[id] = false;
    return 0;
}

static int reset_pulse(struct reset_controller_dev *rcdev, unsigned long id)
{
    if (id != SELF_PULSED) {
        return -ENOTSUPP;
    }
    power_note(power_of(rcdev), "reset", id, "pulse");
    return 0;
}

static int reset_status(struct reset_controller_dev *rcdev, unsigned long id)
{
    return id == SELF_PULSED ? -ENOTSUPP : power_of(rcdev)->asserted[id];
}

static const struct reset_control_ops reset_ops = {
    .assert = reset_assert,
    .deassert = reset_deassert,
    .reset = reset_pulse,
    .status = reset_status,
};

int power_resets(struct power *power)
{
    struct device_node *np = power->dev->of_node, *device;
    const char *path;

    if (!of_property_read_string(np, "vpo-test,device", &path)) {
        device = of_find_node_by_path(path);
        power->device = of_iomap(device, 0);
        of_node_put(device);
        if (!power->device) {
            return -ENXIO;
        }
    }
    /* As firmware may leave a device: in reset. */
    power->asserted[2] = true;
    power->resets.ops = &reset_ops;
    power->resets.owner = THIS_MODULE;
    power->resets.dev = power->dev;
    power->resets.of_node = np;
    power->resets.nr_resets = POWER_RESETS;
    return devm_reset_controller_register(power->dev, &power->resets);
}
