"""The checks of this project, each in an environment of its own: ``nox -l`` lists them, ``nox`` runs those that gate a change."""

import shutil
import zipfile
from pathlib import Path

import nox

nox.needs_version = ">=2025.5.1"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.sessions = ["lint", "typing", "coverage", "full_wire", "lowest", "examples", "wheel", "aiobotocore", "awscli", "sdk2", "sdk3"]

PROJECT = nox.project.load_toml("pyproject.toml")
PYTHONS = nox.project.python_versions(PROJECT)

# The oldest that pyproject.toml allows; .ci/run reads them from here.
LOWEST = ["boto3==1.40.0", "botocore==1.40.0", "moto[server]==5.0.0", "pytest==8.4.0"]

# The oldest, one between, the newest, and the main branch. For some of them only by words: nox -s "moto(version='==5.1.22')".
MOTOS = ["==5.0.0", "==5.1.22", "", "main"]

# pytest 8 does not read [tool.pytest].
PYTEST_8 = ["-c", "tests/pytest8.ini", "--rootdir=."]

# The page's examples run where their client is installed. The sessions that name all of tests/clients skip what is another's.
AWSCLI_TESTS = ("tests/clients/test_awscli.py", "tests/clients/test_awscli_in_process.py", "tests/clients/test_clients_page.py")
AIRFLOW_TESTS = ("tests/clients/test_airflow.py", "tests/clients/test_aiobotocore.py", "tests/clients/test_clients_page.py")


def group(name: str) -> tuple[str, ...]:
    """Return the requirements of a dependency group."""
    return nox.project.dependency_groups(PROJECT, name)


@nox.session(python=[*PYTHONS, "3.15"])
def tests(session: nox.Session) -> None:
    """Run the suite on each Python; 3.15 is not supported yet, so there a failure is shown and does not count."""
    session.install("-e", ".", *group("test"))
    session.run("python", "-m", "pytest", *session.posargs, success_codes=range(256) if session.python == "3.15" else (0,))


@nox.session(python=PYTHONS[0])
def full_wire(session: nox.Session) -> None:
    """Run the suite with every call on the road through all of botocore."""
    session.install("-e", ".", *group("test"))
    session.run("python", "-m", "pytest", *session.posargs, env={"SMPIPELINE_SUITE_WIRE": "full"})


@nox.session(python=PYTHONS[0])
def lowest(session: nox.Session) -> None:
    """Run the suite with the oldest pytest, moto and botocore that are supported."""
    session.install("-e", ".", *group("test"), *LOWEST)
    session.run("python", "-m", "pytest", *PYTEST_8, *(session.posargs or ("tests", "conftest_example.py")))


@nox.session(python=PYTHONS[0])
@nox.parametrize("version", MOTOS)
def moto(session: nox.Session, version: str) -> None:
    """Run the suite with each moto that is supported, and with its main branch, whose failure is shown and does not count."""
    is_main = version == "main"
    wanted = "moto[server] @ git+https://github.com/getmoto/moto" if is_main else f"moto[server]{version}"
    session.install("-e", ".", *group("test"))
    try:
        session.install("--upgrade", wanted)
    except nox.command.CommandFailed:
        if not is_main:
            raise
        session.skip("moto's main branch can't be installed here: that takes git and a way to GitHub")
    session.run("python", "-m", "pytest", *session.posargs, success_codes=range(256) if is_main else (0,))


@nox.session(python=PYTHONS[0], tags=["clients"])
def aiobotocore(session: nox.Session) -> None:
    """Run the tests that need aiobotocore, with the botocore that it asks for."""
    session.install("-e", ".", *group("aiobotocore"))
    session.run("python", "-m", "pytest", *(session.posargs or ("tests/clients", "tests/plugin", "tests/doors/test_aio.py")))


@nox.session(python=PYTHONS[0], tags=["clients"])
def airflow(session: nox.Session) -> None:
    """Run the tests of Airflow's Amazon provider, and those of aiobotocore with its newest version, which aioboto3 holds back."""
    session.install("-e", ".", *group("airflow"))
    session.run("python", "-m", "pytest", *(session.posargs or AIRFLOW_TESTS))


@nox.session(python=PYTHONS[0], tags=["clients"])
def awscli(session: nox.Session) -> None:
    """Run the AWS CLI, inside the tests' process, and as a process of its own against the server."""
    session.install("-e", ".", *group("awscli"))
    named = {"SMPIPELINE_AWS_CLI": shutil.which("aws", path=session.bin) or "aws"}
    session.run("python", "-m", "pytest", *(session.posargs or AWSCLI_TESTS), env=named)


@nox.session(python=PYTHONS[0], tags=["clients"])
def node(session: nox.Session) -> None:
    """Run the AWS SDK for JavaScript against the server; needs node, 18 or newer, and npm on the PATH."""
    session.install("-e", ".", *group("test"))
    own = Path(session.create_tmp()) / "node"
    own.mkdir(exist_ok=True)
    shutil.copy("tests/clients/node/package.json", own)
    session.run("npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--prefix", str(own), external=True)
    modules = {"SMPIPELINE_NODE_MODULES": str((own / "node_modules").resolve())}
    session.run("python", "-m", "pytest", *(session.posargs or ("tests/clients/test_node.py",)), env=modules)


@nox.session(python=PYTHONS[0], tags=["clients"])
def sdk2(session: nox.Session) -> None:
    """Run the tests that need the SageMaker SDK 2, and the examples of the page on step functions."""
    session.install("-e", ".", *group("sdk2"))
    session.run("python", "-m", "pytest", *(session.posargs or ("tests/clients", "tests/step_functions")))


@nox.session(python=PYTHONS[0], tags=["clients"])
def sdk3(session: nox.Session) -> None:
    """Run the tests that need the SageMaker SDK 3, sagemaker-core's resource classes among them."""
    session.install("-e", ".", *group("sdk3"))
    session.run("python", "-m", "pytest", *(session.posargs or ("tests/clients", "tests/step_functions")))


@nox.session
def coverage(session: nox.Session) -> None:
    """Run the suite and require that it takes every branch of the package."""
    session.install("-e", ".", *group("test"))
    # Not pytest-cov: pytest imports a plugin before pytest-cov can watch it.
    # Many random examples: most runs of the suite take few.
    session.run("python", "-m", "coverage", "run", "-m", "pytest", *session.posargs, env={"SMPIPELINE_SUITE_EXAMPLES": "100"})
    session.run("python", "-m", "coverage", "report")


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and layout."""
    session.install(*group("lint"))
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def typing(session: nox.Session) -> None:
    """Check types with mypy and pyright."""
    session.install("-e", ".", *group("typing"))
    session.run("mypy")
    session.run("pyright")


@nox.session
def docs(session: nox.Session) -> None:
    """Run every example of README.md and docs/, and compare the ledger of rules with the tests."""
    session.install("-e", ".", *group("docs"))
    session.run("python", "-m", "pytest", "tests/project", *session.posargs)


@nox.session
def examples(session: nox.Session) -> None:
    """Run conftest_example.py with nothing installed but what the package itself requires."""
    session.install("-e", ".")
    session.run("python", "-m", "pytest", "conftest_example.py", *session.posargs)


@nox.session
def wheel(session: nox.Session) -> None:
    """Build the distributions, check what the wheel holds, and run the suite against it instead of the checkout."""
    session.install("build>=1.2", "twine>=6")
    dist = Path(session.create_tmp()) / "dist"
    session.run("python", "-m", "build", "--outdir", str(dist))
    session.run("twine", "check", "--strict", *map(str, dist.iterdir()))
    built = next(dist.glob("*.whl"))
    names = zipfile.ZipFile(built).namelist()
    missing = {f"pytest_smpipeline/{name}" for name in ("py.typed", "cases.schema.json", "report_page.html")} - set(names)
    if missing:
        session.error(f"the wheel lacks {missing}")
    strangers = [name for name in names if not name.startswith(("pytest_smpipeline/", "pytest_smpipeline-"))]
    if strangers:
        session.error(f"the wheel holds {strangers}")
    session.install(str(built), *group("test"))
    # -P keeps the checkout off sys.path, or it would be imported in place of the wheel.
    session.run("python", "-P", "-m", "pytest", *session.posargs)
