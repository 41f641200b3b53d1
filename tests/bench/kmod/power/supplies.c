// SPDX-License-Identifier: GPL-2.0-or-later
/* The bench's supplies: "vdd" and "vio", of fixed voltages. */
#include <linux/module.h>
#include <linux/regulator/driver.h>

#include "power.h"

static struct power_supply *supply_of(struct regulator_dev *rdev)
{
    return rdev_get_drvdata(rdev);
}

static int change(struct regulator_dev *rdev, bool to, const char *verb)
{
    struct power_supply *supply = supply_of(rdev);

    power_note(supply->power, "supply", rdev_get_id(rdev), verb);
    supply->on = to;
    return 0;
}

static int supply_enable(struct regulator_dev *rdev)
{
    return change(rdev, true, "enable");
}

static int supply_disable(struct regulator_dev *rdev)
{
    return change(rdev, false, "disable");
}

static int supply_is_enabled(struct regulator_dev *rdev)
{
    return supply_of(rdev)->on;
}

static const struct regulator_ops supply_ops = {
    .enable = supply_enable,
    .disable = supply_disable,
    .is_enabled = supply_is_enabled,
};

#define SUPPLY(number, what, uv) {              \
    .name = "bench-" what,                      \
    .of_match = what,                           \
    .regulators_node = "supplies",              \
    .id = (number),                             \
    .ops = &supply_ops,                         \
    .type = REGULATOR_VOLTAGE,                  \
    .owner = THIS_MODULE,                       \
    .n_voltages = 1,                            \
    .fixed_uV = (uv),                           \
}

static const struct regulator_desc supplies[POWER_SUPPLIES] = {
    SUPPLY(0, "vdd", 1000000),
    SUPPLY(1, "vio", 1800000),
};

int power_supplies(struct power *power)
{
    struct regulator_config config = { .dev = power->dev };
    struct regulator_dev *rdev;
    unsigned int i;

    for (i = 0; i < POWER_SUPPLIES; i++) {
        power->supplies[i].power = power;
        config.driver_data = &power->supplies[i];
        rdev = devm_regulator_register(power->dev, &supplies[i], &config);
        if (IS_ERR(rdev)) {
            return PTR_ERR(rdev);
        }
    }
    return 0;
}
