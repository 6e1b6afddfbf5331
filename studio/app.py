"""The composition root: settings become a Studio whose services know each other. Only this file knows adapters.

Services are put together when they are first asked for: listing shorts must not load an encoder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from studio.config import Settings
from studio.db.engine import Database, open_database, open_server_database, parse_url
from studio.db.schema import SchemaState, current_revision, require_current, schema_state
from studio.domain.clock import system_clock
from studio.domain.courier import Courier
from studio.domain.errors import Refused
from studio.domain.login import Login
from studio.domain.medium import Medium
from studio.domain.storage import Storage
from studio.providers.access import ProviderAccess
from studio.providers.registry import Models, TextServer
from studio.services.assets import AssetStore
from studio.services.login import who_asks
from studio.services.principal import NOBODY, Principal
from studio.storage.access import StorageAccess
from studio.storage.registry import open_storage

if TYPE_CHECKING:
    from studio.contracts.account import Account
    from studio.contracts.approvals import Approvals
    from studio.contracts.assists import Assists
    from studio.contracts.audit import Audit
    from studio.contracts.bills import Bills
    from studio.contracts.characters import Characters
    from studio.contracts.climates import Climates
    from studio.contracts.credits import AdminCredits, Credits
    from studio.contracts.doctor import CheckUp, Finding
    from studio.contracts.films import Films
    from studio.contracts.jobs import Jobs
    from studio.contracts.keys import Keys
    from studio.contracts.media import MediaService
    from studio.contracts.models import ModelCatalogue
    from studio.contracts.payments import AdminPayments
    from studio.contracts.plans import AdminPlans, Plans
    from studio.contracts.prompts import AdminPrompts
    from studio.contracts.providers import Providers
    from studio.contracts.scenes import Scenes
    from studio.contracts.scripts import Scripts
    from studio.contracts.settings import AdminSettings
    from studio.contracts.shorts import Shorts
    from studio.contracts.storage import AdminStorage, StoredFiles
    from studio.contracts.styles import Styles
    from studio.contracts.subscriptions import Subscriptions
    from studio.contracts.users import CreateUser, NewUser, Users
    from studio.contracts.webhooks import Webhooks
    from studio.domain.outside import Directory
    from studio.providers.asaas.service import Asaas
    from studio.services.clerk_tokens import ClerkKeys
    from studio.services.webhooks.inbox import Inbox
    from studio.services.webhooks.source import Source

RETURN_URL = "https://www.asaas.com"
"""Where people go after paying, in a studio that has no address of its own."""


class Studio:
    """Everything one person can ask of studio, service by service."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        principal: Principal,
        assets: AssetStore | None = None,
        models: Models | None = None,
    ) -> None:
        """Files and models of its own, unless those of a server are handed in."""
        self.settings = settings
        self.database = database
        self.principal = principal
        self.assets = assets or AssetStore(lambda: storage_of(settings))
        self.models = models or models_of(settings)

    @cached_property
    def shorts(self) -> Shorts:
        from studio.services.shorts import ShortsService

        return ShortsService(self.database, self.principal, self.assets)

    @cached_property
    def scenes(self) -> Scenes:
        from studio.services.scenes import ScenesService

        return ScenesService(self.database, self.principal)

    @cached_property
    def scripts(self) -> Scripts:
        from studio.services.scripts import ScriptsService

        return ScriptsService(self.database, self.principal, self.models)

    @cached_property
    def assists(self) -> Assists:
        from studio.services.assists import AssistsService

        return AssistsService(self.database, self.principal, self.models)

    @cached_property
    def media(self) -> MediaService:
        from studio.services.making import Hands
        from studio.services.media import MediaMaker

        hands = Hands(here=self.settings.workers, elsewhere=self.settings.provider_concurrency)
        return MediaMaker(self.database, self.principal, self.assets, self.models, hands)

    @cached_property
    def films(self) -> Films:
        from studio.services.cutting import Cutter
        from studio.services.films import FilmsService

        cutter = Cutter(
            self.settings.segment_folder,
            workers=self.settings.workers,
            megabytes=self.settings.segment_cache_megabytes,
        )
        return FilmsService(self.database, self.principal, self.assets, self.models, cutter, self.scripts, self.media)

    @cached_property
    def styles(self) -> Styles:
        from studio.services.styles import StylesService

        return StylesService(self.database, self.principal, self.models)

    @cached_property
    def climates(self) -> Climates:
        from studio.services.climates import ClimatesService

        return ClimatesService(self.database, self.principal)

    @cached_property
    def characters(self) -> Characters:
        from studio.services.characters import CharactersService

        return CharactersService(self.database, self.principal, self.models, self.assets)

    @cached_property
    def model_catalogue(self) -> ModelCatalogue:
        from studio.services.model_catalogue import ModelCatalogueService

        return ModelCatalogueService(self.database, self.principal, self.models)

    @cached_property
    def providers(self) -> Providers:
        from studio.services.providers import ProvidersService

        return ProvidersService(self.database, self.principal, self.models)

    @cached_property
    def plans(self) -> Plans:
        from studio.services.plans import PlansService

        return PlansService(self.database, self.principal)

    @cached_property
    def subscription(self) -> Subscriptions:
        from studio.services.subscriptions import SubscriptionsService

        return_url = self.settings.public_url or RETURN_URL
        return SubscriptionsService(self.database, self.principal, lambda: asaas_of(self.settings), return_url)

    @cached_property
    def admin_payments(self) -> AdminPayments:
        from studio.services.payments import AdminPaymentsService

        return AdminPaymentsService(self.database, self.principal, lambda: asaas_of(self.settings))

    @cached_property
    def admin_plans(self) -> AdminPlans:
        from studio.services.plans import AdminPlansService

        return AdminPlansService(self.database, self.principal)

    @cached_property
    def admin_settings(self) -> AdminSettings:
        from studio.services.settings import AdminSettingsService

        return AdminSettingsService(self.database, self.principal)

    @cached_property
    def admin_prompts(self) -> AdminPrompts:
        from studio.services.prompts import AdminPromptsService

        return AdminPromptsService(self.database, self.principal)

    @cached_property
    def credits(self) -> Credits:
        from studio.services.credits import CreditsService

        return CreditsService(self.database, self.principal, lambda: self.films)

    @cached_property
    def admin_credits(self) -> AdminCredits:
        from studio.services.admin_credits import AdminCreditsService

        return AdminCreditsService(self.database, self.principal)

    @cached_property
    def approvals(self) -> Approvals:
        from studio.services.approvals import ApprovalsService

        return ApprovalsService(self.database, self.principal)

    @cached_property
    def audit(self) -> Audit:
        from studio.services.audit import AuditService

        return AuditService(self.database, self.principal)

    @cached_property
    def users(self) -> Users:
        from studio.services.users import UsersService

        return UsersService(
            self.database,
            self.principal,
            self.assets.storage,
            self.settings.administrators,
            directory=directory_of(self.settings),
        )

    @cached_property
    def storage(self) -> StoredFiles:
        from studio.services.storage import StorageService

        return StorageService(self.database, self.principal, self.assets)

    @cached_property
    def admin_storage(self) -> AdminStorage:
        from studio.services.orphans import AdminStorageService

        return AdminStorageService(self.database, self.principal, self.assets)

    @cached_property
    def webhooks(self) -> Webhooks:
        from studio.services.webhooks.looking import WebhooksService

        def inbox() -> Inbox:
            return inbox_of(self.settings, self.database, self.models)

        return WebhooksService(self.database, self.principal, inbox)

    @cached_property
    def jobs(self) -> Jobs:
        from studio.services.jobs import JobsService

        return JobsService(self.database, self.principal, self.models.remote)

    @cached_property
    def bills(self) -> Bills:
        from studio.services.bills import BillsService

        return BillsService(self.database, self.principal, self.models)

    @cached_property
    def keys(self) -> Keys:
        from studio.services.api_keys import KeysService

        return KeysService(self.database, self.principal)

    @cached_property
    def account(self) -> Account:
        from studio.services.account import AccountService

        return AccountService(self.database, self.principal)

    def close(self) -> None:
        self.models.close()
        self.assets.close()
        self.database.close()


class SharedStudio:
    """What all callers of one server share: the database, the files, the models and the messages from outside."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.database = open_server_database(settings.effective_database_url)
        self.assets = AssetStore(lambda: storage_of(settings))
        self.models = models_of(settings)
        self.clerk = clerk_of(settings)

    def studio(self, principal: Principal) -> Studio:
        """The studio of one caller."""
        database = self.database if principal.is_admin else self.database.seen_by(principal.user_id)
        return Studio(self.settings, database, principal, self.assets, self.models)

    def caller(self, token: str) -> Principal:
        """Whose API key or Clerk token this is. Raises NotLoggedIn, and ServiceFailed when Clerk cannot be asked."""
        from studio.services.api_keys import log_in
        from studio.services.clerk_tokens import principal_of

        if self.clerk is not None and token.count(".") == 2:
            return principal_of(self.database, token, self.clerk)
        return log_in(self.database, token)

    @cached_property
    def inbox(self) -> Inbox:
        return inbox_of(self.settings, self.database, self.models)

    def process_waiting(self) -> None:
        """Work on the messages that an earlier try or an earlier process has left."""
        self.inbox.process_waiting()

    def sweep(self) -> None:
        """Look after calls and credits whose process is gone, and end the subscriptions whose time has passed."""
        from studio.services.billing.states import end_due
        from studio.services.sweeping import sweep

        sweep(self.database, system_clock())
        end_due(self.database, system_clock())

    def ping(self) -> None:
        """Raise unless the database answers."""
        with self.database.read() as session:
            session.connection().exec_driver_sql("SELECT 1")

    def login_ways(self) -> dict[str, str | None]:
        """How people log in here: at which issuer, as which client; nulls where API keys are the only way."""
        if self.clerk is None or not self.clerk.client_id:
            return {"issuer": None, "client_id": None}
        return {"issuer": self.clerk.issuer, "client_id": self.clerk.client_id}

    def close(self) -> None:
        self.models.close()
        self.assets.close()
        self.database.close()


def inbox_of(settings: Settings, database: Database, models: Models) -> Inbox:
    """Where messages from outside arrive, whoever of them sends."""
    from studio.services.webhooks.inbox import Inbox

    return Inbox(database, sources_of(settings, database, models))


def sources_of(settings: Settings, database: Database, models: Models) -> dict[str, Source]:
    """Everybody who may send messages; each refuses what came in before its secret was set."""
    from studio.services.webhooks.asaas import AsaasSource
    from studio.services.webhooks.clerk import ClerkSource
    from studio.services.webhooks.fal import FalCallbacks
    from studio.services.webhooks.following import Following
    from studio.services.webhooks.users import UsersSource

    clerk, users = settings.clerk_webhook_signing_secret, settings.users_webhook_secret
    sources: list[Source] = [
        ClerkSource(clerk.get_secret_value(), Following("clerk", settings.administrators)),
        UsersSource(users.get_secret_value(), Following("users", settings.administrators)),
        AsaasSource(database, lambda: asaas_of(settings), settings.asaas_webhook_token.get_secret_value()),
        FalCallbacks(database, models),
    ]
    return {source.name: source for source in sources}


def webhook_secrets(settings: Settings) -> dict[str, str]:
    """The secrets by which messages are signed, by the names of their settings."""
    return {
        "CLERK_WEBHOOK_SIGNING_SECRET": settings.clerk_webhook_signing_secret.get_secret_value().strip(),
        "STUDIO_USERS_WEBHOOK_SECRET": settings.users_webhook_secret.get_secret_value().strip(),
    }


def asaas_of(settings: Settings) -> Asaas:
    """The connection to who takes payments. Raises Misconfigured without a key that fits its address."""
    from studio.providers.asaas.service import Asaas

    return Asaas(settings.asaas_api_key.get_secret_value(), settings.asaas_api_url)


def clerk_of(settings: Settings) -> ClerkKeys | None:
    """What is needed to check Clerk's tokens; None without a publishable key. Raises Misconfigured for a wrong one."""
    key = settings.clerk_publishable_key.strip()
    if not key:
        return None
    from studio.providers.clerk.frontend import frontend_url, signing_keys
    from studio.services.clerk_tokens import ClerkKeys

    issuer = frontend_url(key)
    pages = frozenset(settings.allowed_origins)
    return ClerkKeys(issuer, lambda: signing_keys(issuer), settings.clerk_oauth_client_id.strip(), pages)


def directory_of(settings: Settings) -> Callable[[], Directory] | None:
    """Who knows everybody outside; None without Clerk's secret key."""
    key = settings.clerk_secret_key.get_secret_value().strip()
    if not key:
        return None

    def open_directory() -> Directory:
        from studio.providers.clerk.directory import ClerkDirectory

        return ClerkDirectory(key, settings.clerk_api_url)

    return open_directory


def storage_of(settings: Settings) -> Storage:
    """Where the settings say that files are kept."""
    return open_storage(
        StorageAccess(
            kind=settings.storage.value,
            folder=settings.storage_folder,
            cache_folder=settings.storage_cache_folder,
            open_courier=_open_courier,
            url=settings.storage_url,
            blob_token=settings.blob_token.get_secret_value().strip(),
            blob_api_url=settings.blob_api_url,
            replit_bucket=settings.replit_bucket,
            replit_sidecar_url=settings.replit_sidecar_url,
        )
    )


def _open_courier() -> Courier:
    # Late: the HTTP client takes longer to load than most commands take.
    from studio.providers.http.courier import HttpCourier

    return HttpCourier()


def models_of(settings: Settings) -> Models:
    """The models that the settings describe."""
    server = TextServer(
        base_url=settings.openai_base_url,
        api_key=settings.openai_api_key.get_secret_value(),
        model=settings.openai_model,
        is_looked_for=settings.find_local_server,
    )
    return Models(piper_voice=settings.piper_voice, text_server=server, access=access_of(settings))


def access_of(settings: Settings) -> ProviderAccess:
    """Where the providers are, and the keys to them."""
    return ProviderAccess(
        openrouter_key=settings.openrouter_api_key.get_secret_value().strip(),
        openrouter_url=settings.openrouter_url,
        fal_key=settings.fal_key.get_secret_value().strip(),
        fal_queue_url=settings.fal_queue_url,
        fal_rest_url=settings.fal_rest_url,
        fal_api_url=settings.fal_api_url,
        media_hosts=settings.media_hosts,
        public_url=settings.public_url.strip(),
    )


def prepare_server(settings: Settings) -> None:
    """Bring an embedded database up to date. Raises Misconfigured for a shared one that is behind or unreachable."""
    require_current(settings.effective_database_url)


def open_studio(settings: Settings, login: Login | None = None) -> Studio:
    """Open the studio that the settings describe, bringing an embedded database up to date first.

    Raises NotLoggedIn and NotAllowed for a shared database without the login it needs."""
    database = _open_database(settings)
    try:
        return Studio(settings, database, who_asks(database, login))
    except BaseException:
        database.close()
        raise


def studio_name(settings: Settings) -> str:
    """Which studio the settings mean: what a login is kept for. Passwords are masked."""
    return parse_url(settings.effective_database_url).render_as_string(hide_password=True)


def needs_first_administrator(settings: Settings) -> bool:
    """Whether this is a shared studio in which nobody could log in as an administrator."""
    from studio.services.users import needs_first_admin

    database = _open_database(settings)
    try:
        with database.read() as session:
            return database.engine.dialect.name != "sqlite" and needs_first_admin(session)
    finally:
        database.close()


def create_first_administrator(settings: Settings, data: CreateUser) -> NewUser:
    """Make the first administrator of a shared studio, with a key, by whoever reaches its database."""
    from studio.services.users import create_first_admin

    database = _open_database(settings)
    try:
        return create_first_admin(database, data, storage_of(settings), settings.administrators)
    finally:
        database.close()


def _open_database(settings: Settings) -> Database:
    if settings.server:
        raise Refused(
            "STUDIO_SERVER names a server, and this is done on a database.",
            hint="Unset STUDIO_SERVER to work on the database.",
        )
    url = settings.effective_database_url
    require_current(url)
    return open_database(url)


def examine(settings: Settings, faults: Sequence[str] = ()) -> CheckUp:
    """The check-up of a studio that may not open: each part is looked at on its own.

    `faults` are the settings that cannot be used; in `settings` their defaults stand in for them."""
    from studio.domain.style import CaptionLook
    from studio.render.fonts import missing_glyphs
    from studio.services import doctor
    from studio.services.billing.check import billing_findings
    from studio.services.providers import provider_findings
    from studio.services.webhooks.standing import webhook_findings

    url = settings.effective_database_url
    models = models_of(settings)

    def with_database(check: Callable[[Studio], list[Finding]]) -> list[Finding]:
        # Nobody has to log in to learn that something is broken.
        studio = Studio(settings, _open_database(settings), NOBODY)
        try:
            return check(studio)
        finally:
            studio.close()

    def look_at_database() -> list[Finding]:
        # Tables that do not fit are the next check's finding: here it only has to answer.
        if parse_url(url).get_backend_name() == "sqlite" and schema_state(url) is not SchemaState.NEWER:
            require_current(url)
        current_revision(url)
        database = open_database(url)
        try:
            return doctor.check_database(database)
        finally:
            database.close()

    return doctor.check_up(
        [
            ("settings", lambda: doctor.check_settings(faults)),
            ("database", look_at_database),
            ("migrations", lambda: doctor.check_migrations(url)),
            (
                "storage",
                lambda: with_database(lambda studio: doctor.check_storage(studio.database, studio.assets.storage)),
            ),
            ("ledger", lambda: with_database(lambda studio: doctor.check_ledger(studio.database))),
            (
                "webhooks",
                lambda: with_database(lambda studio: webhook_findings(studio.database, webhook_secrets(settings))),
            ),
            ("disk", lambda: doctor.check_disk(settings.data_dir)),
            ("writer", lambda: doctor.check_text_model(lambda: models.chosen(Medium.TEXT), settings.openai_base_url)),
            ("providers", lambda: provider_findings(models)),
            (
                "billing",
                lambda: billing_findings(
                    settings.asaas_api_key.get_secret_value(),
                    settings.asaas_api_url,
                    settings.asaas_webhook_token.get_secret_value(),
                    lambda: asaas_of(settings),
                ),
            ),
            ("voices", lambda: doctor.check_voices(models.speech().speaks)),
            ("fonts", lambda: doctor.check_fonts(lambda text: missing_glyphs(text, CaptionLook()))),
        ]
    )
