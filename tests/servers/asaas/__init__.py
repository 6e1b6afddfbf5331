"""A server that speaks as Asaas does: lists with hasMore, refusals in Portuguese, money in reais."""

from tests.servers.asaas.server import KEY, TOKEN, AsaasServer, running_asaas

__all__ = ["KEY", "TOKEN", "AsaasServer", "running_asaas"]
