"""One file per noun; importing this package knows every table."""

from studio.db.models.admin_setting import AdminSetting
from studio.db.models.api_key import ApiKey
from studio.db.models.approval import Approval
from studio.db.models.asset import Asset
from studio.db.models.audit_entry import AuditEntry
from studio.db.models.billing_plan import BillingPlan
from studio.db.models.character import Character
from studio.db.models.character_image import CharacterImage
from studio.db.models.climate import Climate
from studio.db.models.credit_allocation import CreditAllocation
from studio.db.models.credit_balance import CreditBalance
from studio.db.models.credit_entry import CreditEntry
from studio.db.models.credit_grant import CreditGrant
from studio.db.models.credit_hold import CreditHold
from studio.db.models.external_identity import ExternalIdentity
from studio.db.models.external_mark import ExternalMark
from studio.db.models.generation import Generation
from studio.db.models.idempotency_key import IdempotencyKey
from studio.db.models.media import Media
from studio.db.models.payment import Payment
from studio.db.models.rate_limit import RateLimit
from studio.db.models.request_key import RequestKey
from studio.db.models.scene import ShortScene
from studio.db.models.short import Short, ShortCharacter
from studio.db.models.style import Style
from studio.db.models.subscription import Subscription
from studio.db.models.subscription_event import SubscriptionEvent
from studio.db.models.system_prompt import SystemPrompt
from studio.db.models.usage_history import UsageHistory
from studio.db.models.user import User
from studio.db.models.webhook_event import WebhookEvent

__all__ = [
    "AdminSetting",
    "ApiKey",
    "Approval",
    "Asset",
    "AuditEntry",
    "BillingPlan",
    "Character",
    "CharacterImage",
    "Climate",
    "CreditAllocation",
    "CreditBalance",
    "CreditEntry",
    "CreditGrant",
    "CreditHold",
    "ExternalIdentity",
    "ExternalMark",
    "Generation",
    "IdempotencyKey",
    "Media",
    "Payment",
    "RateLimit",
    "RequestKey",
    "Short",
    "ShortCharacter",
    "ShortScene",
    "Style",
    "Subscription",
    "SubscriptionEvent",
    "SystemPrompt",
    "UsageHistory",
    "User",
    "WebhookEvent",
]
