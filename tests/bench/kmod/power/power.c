// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A provider of clocks, resets, supplies, power domains and pins that gates
 * nothing, but tells in debugfs what it was asked to do: see notes.c.
 */
#include <linux/module.h>
#include <linux/of.h>

#include "power.h"

static int power_probe(struct platform_device *pdev)
{
    static int (*const kinds[])(struct power *power) = {
        power_clocks, power_resets, power_supplies, power_domains, power_pins,
        power_notes_show,
    };
    struct power *power;
    int i, ret;

    power = devm_kzalloc(&pdev->dev, sizeof(*power), GFP_KERNEL);
    if (!power) {
        return -ENOMEM;
    }
    power->dev = &pdev->dev;
    platform_set_drvdata(pdev, power);
    spin_lock_init(&power->notes.lock);
    for (i = 0; i < ARRAY_SIZE(kinds); i++) {
        ret = kinds[i](power);
        if (ret) {
            return ret;
        }
    }
    return 0;
}

/* After its consumers', as it is their supplier. */
static void power_shutdown(struct platform_device *pdev)
{
    power_notes_end(platform_get_drvdata(pdev));
}

static const struct of_device_id power_ids[] = {
    { .compatible = "vpo-test,power" },
    { }
};

/* It stays as long as the host runs: its consumers do. */
static struct platform_driver power_driver = {
    .probe = power_probe,
    .shutdown = power_shutdown,
    .driver = {
        .name = "vpo-bench-power",
        .of_match_table = power_ids,
        .suppress_bind_attrs = true,
    },
};
builtin_platform_driver(power_driver);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Counting clocks, resets, supplies and domains");
