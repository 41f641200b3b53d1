// SPDX-License-Identifier: GPL-2.0-or-later
/* The bench's power domains, all off until somebody needs them. */
#include "power.h"

static int change(struct generic_pm_domain *pd, bool to, const char *verb)
{
    struct power_domain *domain = container_of(pd, struct power_domain, pd);

    power_note(domain->power, "domain", domain->id, verb);
    domain->on = to;
    return 0;
}

static int domain_on(struct generic_pm_domain *pd)
{
    return change(pd, true, "on");
}

static int domain_off(struct generic_pm_domain *pd)
{
    return change(pd, false, "off");
}

static int add(struct power *power, unsigned int id)
{
    struct power_domain *domain = &power->domains[id];

    domain->power = power;
    domain->id = id;
    domain->pd.name = devm_kasprintf(power->dev, GFP_KERNEL, "bench-domain%u",
                                     id);
    if (!domain->pd.name) {
        return -ENOMEM;
    }
    domain->pd.power_on = domain_on;
    domain->pd.power_off = domain_off;
    power->domain_list[id] = &domain->pd;
    return pm_genpd_init(&domain->pd, NULL, true);
}

int power_domains(struct power *power)
{
    unsigned int i;
    int ret;

    for (i = 0; i < POWER_DOMAINS; i++) {
        ret = add(power, i);
        if (ret) {
            return ret;
        }
    }
    power->domain_data.domains = power->domain_list;
    power->domain_data.num_domains = POWER_DOMAINS;
    return of_genpd_add_provider_onecell(power->dev->of_node,
                                         &power->domain_data);
}
