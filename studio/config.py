"""Settings: each with its unit, default and meaning, and where its value came from.

Precedence, first found wins: a flag of the command, the environment, `.env` in the current folder, the user's
config file (`studio config path`), the default."""

from __future__ import annotations

import tomllib
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from annotated_types import Ge, Le
from pydantic import Field, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from studio.domain.errors import Misconfigured
from studio.domain.text import one_line
from studio.places import data_folder, origins_of_settings, said, user_config_file
from studio.providers.access import CLERK_API_URL, FAL_API_URL, FAL_QUEUE_URL, FAL_REST_URL, OPENROUTER_URL
from studio.providers.asaas.environment import API_URL as ASAAS_API_URL
from studio.storage.access import REPLIT_SIDECAR_URL, VERCEL_BLOB_URL


class StorageKind(StrEnum):
    LOCAL = "local"
    VERCEL_BLOB = "vercel_blob"
    REPLIT = "replit"
    S3 = "s3"


class LogLevel(StrEnum):
    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


class Settings(BaseSettings):
    """Every setting of studio. The alias is the name in the environment, in `.env` and in the config file."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", populate_by_name=True, frozen=True
    )

    database_url: str = Field(
        "",
        alias="STUDIO_DATABASE_URL",
        description="Where the data lies: sqlite:////folder/studio.sqlite3 or postgresql://…; empty: the data folder.",
    )
    data_dir: Path = Field(
        default_factory=data_folder,
        alias="STUDIO_DATA_DIR",
        description="Folder of the embedded database, the stored files and the rendered segments.",
    )
    token: SecretStr = Field(
        SecretStr(""),
        alias="STUDIO_TOKEN",
        description="An API key (stu_live_…) or token for scripts and CI; it comes before what studio login stored.",
    )
    server: str = Field(
        "", alias="STUDIO_SERVER", description="Address of a studio server to work on, https://…; empty: the database."
    )
    admin_emails: str = Field(
        "",
        alias="STUDIO_ADMIN_EMAILS",
        description="Addresses, separated by commas, that are administrators from the moment they are made.",
    )
    storage: StorageKind = Field(
        StorageKind.LOCAL,
        alias="STUDIO_STORAGE",
        description="Where files are stored: local, vercel_blob, replit or s3.",
    )
    storage_url: str = Field(
        "",
        alias="STUDIO_STORAGE_URL",
        description="The place in that storage: s3://bucket/folder?endpoint=https://…, vercel-blob://folder?access=…",
    )
    blob_token: SecretStr = Field(
        SecretStr(""), alias="BLOB_READ_WRITE_TOKEN", description="The read-write token of a Vercel Blob store."
    )
    blob_api_url: str = Field(
        VERCEL_BLOB_URL, alias="VERCEL_BLOB_API_URL", description="Where Vercel Blob is; the token goes there only."
    )
    replit_bucket: str = Field(
        "", alias="REPLIT_STORAGE_BUCKET_ID", description="A bucket of Replit; empty: the default one of the Repl."
    )
    replit_sidecar_url: str = Field(
        REPLIT_SIDECAR_URL, alias="STUDIO_REPLIT_SIDECAR_URL", description="Where a Repl's storage helper listens."
    )
    log_level: LogLevel = Field(
        LogLevel.INFO, alias="STUDIO_LOG_LEVEL", description="The least severe message that is written to the log file."
    )
    segment_cache_megabytes: int = Field(
        2048,
        alias="STUDIO_SEGMENT_CACHE_MB",
        ge=0,
        description="Megabytes of encoded scenes kept for the next render; the oldest go first.",
    )
    workers: int = Field(
        2,
        alias="STUDIO_WORKERS",
        ge=1,
        le=32,
        description="Scenes that are painted, spoken and encoded at the same time.",
    )
    piper_voice: Path | None = Field(
        None,
        alias="STUDIO_PIPER_VOICE",
        description="A Piper voice file (.onnx) for languages without a built-in voice; needs the piper program.",
    )
    openai_base_url: str = Field(
        "",
        alias="STUDIO_OPENAI_BASE_URL",
        description="Base URL of an OpenAI-compatible server that writes scripts; empty: one on this machine is found.",
    )
    openai_api_key: SecretStr = Field(
        SecretStr(""), alias="STUDIO_OPENAI_API_KEY", description="The key of that server, if it wants one."
    )
    openai_model: str = Field(
        "", alias="STUDIO_OPENAI_MODEL", description="The model of that server; empty: the one it has."
    )
    find_local_server: bool = Field(
        True,
        alias="STUDIO_FIND_LOCAL_SERVER",
        description="Look for Ollama, LM Studio or llama.cpp on this machine when a topic needs a writer.",
    )
    openrouter_api_key: SecretStr = Field(
        SecretStr(""), alias="OPENROUTER_API_KEY", description="The key of OpenRouter: language and picture models."
    )
    openrouter_url: str = Field(
        OPENROUTER_URL, alias="STUDIO_OPENROUTER_URL", description="Base URL of OpenRouter; the key goes there only."
    )
    fal_key: SecretStr = Field(
        SecretStr(""), alias="FAL_KEY", description="The key of fal: pictures, clips, voices, music and word times."
    )
    fal_queue_url: str = Field(
        FAL_QUEUE_URL, alias="STUDIO_FAL_QUEUE_URL", description="Where fal takes orders and gives their results."
    )
    fal_rest_url: str = Field(FAL_REST_URL, alias="STUDIO_FAL_REST_URL", description="Where fal takes uploads.")
    fal_api_url: str = Field(
        FAL_API_URL, alias="STUDIO_FAL_API_URL", description="Where fal tells prices, requests and bills."
    )
    media_hosts: str = Field(
        "",
        alias="STUDIO_MEDIA_HOSTS",
        description="Further host:port pairs, separated by commas, from which what providers make may be fetched.",
    )
    public_url: str = Field(
        "",
        alias="STUDIO_PUBLIC_URL",
        description="Where the server is reached from outside, https://…; empty: fal is asked and calls nobody.",
    )
    clerk_secret_key: SecretStr = Field(
        SecretStr(""),
        alias="CLERK_SECRET_KEY",
        description="The secret key of the Clerk instance: asks who its users are.",
    )
    clerk_publishable_key: str = Field(
        "",
        alias="CLERK_PUBLISHABLE_KEY",
        description="The publishable key of the Clerk instance (pk_…): says where its people log in.",
    )
    clerk_api_url: str = Field(
        CLERK_API_URL, alias="STUDIO_CLERK_API_URL", description="Base URL of Clerk's Backend API."
    )
    clerk_webhook_signing_secret: SecretStr = Field(
        SecretStr(""),
        alias="CLERK_WEBHOOK_SIGNING_SECRET",
        description="The signing secret of Clerk's webhook endpoint (whsec_…); two with a comma while it is replaced.",
    )
    clerk_oauth_client_id: str = Field(
        "", alias="CLERK_OAUTH_CLIENT_ID", description="The id of the public OAuth application that studio login uses."
    )
    asaas_api_key: SecretStr = Field(
        SecretStr(""), alias="ASAAS_API_KEY", description="The key of Asaas ($aact_…), who takes people's payments."
    )
    asaas_api_url: str = Field(
        ASAAS_API_URL, alias="ASAAS_API_URL", description="Base URL of Asaas; the key goes there only."
    )
    asaas_webhook_token: SecretStr = Field(
        SecretStr(""),
        alias="ASAAS_WEBHOOK_TOKEN",
        description="The token of Asaas' webhook, 32 characters or more; two with a comma while it is replaced.",
    )
    users_webhook_secret: SecretStr = Field(
        SecretStr(""),
        alias="STUDIO_USERS_WEBHOOK_SECRET",
        description="The secret of signed user events (whsec_…); two with a comma while it is replaced.",
    )
    provider_concurrency: int = Field(
        4,
        alias="STUDIO_PROVIDER_CONCURRENCY",
        ge=1,
        le=64,
        description="Calls to providers that one run has under way at the same time.",
    )
    confirm_credits: int = Field(
        20,
        alias="STUDIO_CONFIRM_CREDITS",
        ge=0,
        description="Credits that are spent without asking first; above it studio asks, or wants --yes.",
    )
    api_logging: bool = Field(True, alias="STUDIO_API_LOGGING", description="Whether studio serve logs its requests.")
    api_log_min_status: int = Field(
        0,
        alias="STUDIO_API_LOG_MIN_STATUS",
        ge=0,
        le=599,
        description="Requests answered with a lower HTTP status are not logged; 400 logs what went wrong only.",
    )
    requests_per_minute: int = Field(
        600,
        alias="STUDIO_REQUESTS_PER_MINUTE",
        ge=1,
        le=60_000,
        description="Requests a caller of studio serve may make.",
    )
    request_burst: int = Field(
        120, alias="STUDIO_REQUEST_BURST", ge=1, le=60_000, description="Requests a caller may make all at once."
    )
    server_jobs: int = Field(
        2,
        alias="STUDIO_SERVER_JOBS",
        ge=1,
        le=64,
        description="Long requests, such as films, that are worked on at once.",
    )
    metrics_token: SecretStr = Field(
        SecretStr(""),
        alias="STUDIO_METRICS_TOKEN",
        description="The token for GET /metrics; empty: there is no such page.",
    )
    cors_origins: str = Field(
        "",
        alias="STUDIO_CORS_ORIGINS",
        description="Web sites, separated by commas, whose pages may call studio serve; empty: none.",
    )
    sentry_dsn: SecretStr = Field(
        SecretStr(""), alias="SENTRY_DSN", description="Where errors are reported; needs the extra studio[sentry]."
    )
    debug: bool = Field(False, alias="STUDIO_DEBUG", description="Show the traceback of an unexpected error.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        user_file = TomlConfigSettingsSource(settings_cls, toml_file=user_config_file())
        return init_settings, env_settings, dotenv_settings, user_file

    @property
    def secrets(self) -> list[str]:
        """Every secret value there is, so that the log can hide them."""
        found = [value.get_secret_value() for _, value in self if isinstance(value, SecretStr)]
        password = urlsplit(self.database_url).password if self.database_url else None
        return [*found, *([password] if password else [])]

    @property
    def administrators(self) -> frozenset[str]:
        """The addresses of `admin_emails` in the spelling that is stored."""
        return frozenset(address.strip().lower() for address in self.admin_emails.split(",") if address.strip())

    @property
    def allowed_origins(self) -> list[str]:
        """The web sites of `cors_origins`."""
        return [origin.strip() for origin in self.cors_origins.split(",") if origin.strip()]

    @property
    def effective_database_url(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir / 'studio.sqlite3'}"

    @property
    def storage_folder(self) -> Path:
        return self.data_dir / "files"

    @property
    def storage_cache_folder(self) -> Path:
        """Copies of files that lie elsewhere."""
        return self.data_dir / "copies"

    @property
    def segment_folder(self) -> Path:
        return self.data_dir / "segments"


class WrongSetting(NamedTuple):
    """A value that was given and cannot be used, and what is allowed: `must be a whole number from 1 to 32`."""

    value: Any
    fault: str


def wrong_settings(error: ValidationError) -> dict[str, WrongSetting]:
    """What is wrong with the settings, by their name in the environment. Secrets are masked."""
    fields = {field.alias: field for field in Settings.model_fields.values()}
    faults = {str(fault["loc"][0]): fault["input"] for fault in error.errors()}
    return {name: _wrong(fields[name], value) for name, value in faults.items()}


def _wrong(field: FieldInfo, value: Any) -> WrongSetting:
    if field.annotation is SecretStr:
        return WrongSetting("********", "must be text")
    return WrongSetting(value, f"must be {_allowed(field)}")


def _allowed(field: FieldInfo) -> str:
    kind = field.annotation
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return " or ".join(kind)
    if kind is bool:
        return "true or false"
    if kind is not int:
        return "text"
    least = next((bound.ge for bound in field.metadata if isinstance(bound, Ge)), None)
    most = next((bound.le for bound in field.metadata if isinstance(bound, Le)), None)
    if most is not None:
        return f"a whole number from {least} to {most}"
    return "a whole number" if least is None else f"a whole number of at least {least}"


def load_settings(**flags: Any) -> Settings:
    """Read the settings; `flags` are given on the command line. Raises Misconfigured naming every bad value."""
    try:
        return Settings(**{name: value for name, value in flags.items() if value is not None})
    except ValidationError as error:
        wrong = wrong_settings(error).items()
        raise Misconfigured(
            " ".join(f"{name} {each.fault}, not {one_line(str(each.value))[:60]!r}." for name, each in wrong),
            hint="studio config show lists every setting and its origin.",
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Misconfigured(
            f"{user_config_file()} is not valid TOML: {error}.", hint="Correct or remove it."
        ) from error


def origins(settings: Settings) -> dict[str, str]:
    """Where each setting got its value from, by field name: `environment`, `.env`, a file's path or `default`."""
    known = origins_of_settings()
    return {name: said(known, str(field.alias))[1] for name, field in Settings.model_fields.items()}


def shown(value: Any) -> str | None:
    """A setting's value for people's eyes; secrets are masked."""
    if value is None:
        return None
    if isinstance(value, SecretStr):
        return "********" if value.get_secret_value() else ""
    return str(value)
