"""The options of the ways in: which are taken, and what is said of the others."""

import pytest

from pytest_smpipeline.exceptions import UsageError
from pytest_smpipeline.options import OPTION_NAMES, Options, check_keywords


@pytest.mark.express
def test_the_defaults_are_those_of_the_contract() -> None:
    """The names and defaults of the options are fixed: user code relies on them."""
    defaults = Options()

    assert {name: getattr(defaults, name) for name in OPTION_NAMES} == {
        "region": "us-east-1",
        "account_id": "123456789012",
        "progress": "immediate",
        "virtual_sleep": False,
        "strict": True,
        "seed": None,
        "wire": "express",
        "limits": None,
        "run_step_functions": False,
        "moto_config": None,
    }


@pytest.mark.parametrize(
    "keywords",
    [
        {"region": "cn-north-1"},
        {"region": "us-gov-west-1"},
        {"account_id": "000000000000"},
        {"progress": "poll"},
        {"progress": "manual"},
        {"wire": "full"},
        {"strict": False},
        {"seed": 7},
        {"seed": "nightly"},
        {"seed": None},
        {"limits": {"concurrent_executions": 100}},
        {"limits": None},
        {"moto_config": {"core": {}}},
        {"moto_config": None},
        {"virtual_sleep": False},
        {"virtual_sleep": True},
        {"run_step_functions": True},
    ],
    ids=repr,
)
def test_a_valid_option_is_taken(keywords: dict[str, object]) -> None:
    """Every value that an option takes passes the check unchanged."""
    assert check_keywords(keywords) == keywords


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"regoin": "us-east-1"}, "'regoin' is not an option. Did you mean 'region'? Valid options: 'account_id', 'limits', "),
        ({"region": "Frankfurt"}, "region='Frankfurt' is not valid: expected the name of an AWS region such as 'us-east-1'."),
        ({"region": None}, "region=None is not valid: expected the name of an AWS region such as 'us-east-1'."),
        ({"account_id": 123456789012}, "account_id=123456789012 is not valid: expected the twelve digits of an AWS account as a string"),
        ({"account_id": "123"}, "account_id='123' is not valid: expected the twelve digits"),
        (
            {"progress": "imediate"},
            "progress='imediate' is not valid: expected one of 'immediate', 'manual', 'poll'. Did you mean 'immediate'?",
        ),
        ({"progress": 3}, "progress=3 is not valid: expected one of 'immediate', 'manual', 'poll'."),
        ({"wire": "fast"}, "wire='fast' is not valid: expected one of 'express', 'full'."),
        ({"strict": "yes"}, "strict='yes' is not valid: expected True or False."),
        ({"seed": 1.5}, "seed=1.5 is not valid: expected an int, a str, or None for a seed taken from the test's name."),
        ({"seed": True}, "seed=True is not valid: expected an int"),
        ({"limits": 3}, "limits=3 is not valid: expected a mapping of quotas; their names: 'concurrent_executions', 'pipelines'."),
        (
            {"limits": {"pipeline": 3}},
            "'pipeline' is not a quota; valid names: 'concurrent_executions', 'pipelines'. Did you mean 'pipelines'?",
        ),
        ({"limits": {"pipelines": -1}}, "the quota 'pipelines' takes a whole number of at least 0, not -1."),
        ({"limits": {"pipelines": True}}, "the quota 'pipelines' takes a whole number of at least 0, not True."),
        ({"limits": {"pipelines": "3"}}, "the quota 'pipelines' takes a whole number of at least 0, not '3'."),
        ({"moto_config": []}, "moto_config=[] is not valid: expected the mapping that moto.mock_aws takes as config, or None."),
        ({"virtual_sleep": "yes"}, "virtual_sleep='yes' is not valid: expected True or False."),
        ({"run_step_functions": 1}, "run_step_functions=1 is not valid: expected True or False."),
    ],
    ids=lambda value: value if isinstance(value, dict) else "",
)
def test_a_wrong_option_is_refused_with_the_valid_choices(keywords: dict[str, object], message: str) -> None:
    """A wrong name or value is an error at once, and the message names what would be right."""
    with pytest.raises(UsageError) as caught:
        check_keywords(keywords)

    assert message in str(caught.value)


def test_a_limit_overrides_the_quota_of_its_name_only() -> None:
    """``limits`` changes the quotas it names; the others keep the service's defaults."""
    options = Options(limits={"pipelines": 3})

    assert (options.limit("pipelines"), options.limit("concurrent_executions")) == (3, 20)
