"""Settings of the process, from `LUISTERPOST_*` variables (and `DATABASE_URL`). What varies by municipality is YAML in `config/`."""

from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Everything a process needs to know about where it runs."""

    model_config = SettingsConfigDict(env_prefix="LUISTERPOST_", extra="ignore", env_ignore_empty=True, populate_by_name=True)

    data: Path = Field(default=ROOT / "data", description="folder of the embedded database, keys, model and inbox; may be moved or deleted")
    config: Path = Field(default=ROOT / "config" / "rivierstad", description="folder of the municipality's YAML")
    database_url: SecretStr | None = Field(default=None, validation_alias="DATABASE_URL", description="a PostgreSQL server of your own")
    smtp_url: SecretStr | None = Field(
        default=None, description="smtp://user:password@host:587, smtps:// for implicit TLS; none: mail goes to the mail page"
    )
    mail_from: str = Field(default="luisterpost@localhost", description="sender of digests")
    public_url: str = Field(default="http://127.0.0.1:8600", description="where people reach the pages; links in mail begin with it")
    web_host: str = "127.0.0.1"
    web_port: int = 8600
    web_workers: int = Field(
        default=1, ge=1, le=32, description="processes that serve the pages; one for each core, each keeps tallies of its own"
    )
    replay_port: int = Field(default=8601, description="where the example municipality's feeds and Mastodon posts are replayed")
    airflow_port: int = Field(default=8610, description="Airflow's own pages; the two ports after it serve its logs")
    time_zone: str = "Europe/Amsterdam"
    encoder: Path | None = Field(default=None, description="folder with model.onnx and tokenizer.json: a transformer that reads along")

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def keys(self) -> Path:
        return self.data / "keys"


@lru_cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
