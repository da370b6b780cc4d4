"""Who may open the app: whoever signed in, or else only this machine."""

from __future__ import annotations

from ipaddress import ip_address

import streamlit as st

from ui.figures import prominent
from ui.language import text
from ui.settings import Settings

__all__ = ["open_to_others", "require_access"]


def require_access(settings: Settings) -> None:
    """Draw nothing more for who may not see it.

    Where sign-in is set up (Streamlit's OpenID Connect, `[auth]` in its secrets), people sign in.
    Without it the app answers on loopback alone, unless the settings say otherwise.

    Parameters
    ----------
    settings : Settings
        Says whether everyone may come in.
    """
    if _sign_in_is_set_up():
        _require_sign_in()
    elif open_to_others(st.get_option("server.address")) and not settings.app_open_to_everyone:
        st.error(text("access.closed"))
        st.stop()


def open_to_others(address: str | None) -> bool:
    """Whether a server at an address can be reached from other machines.

    Parameters
    ----------
    address : str or None
        Name or address to listen at; None listens everywhere.
    """
    if address in (None, ""):
        return True
    if address == "localhost":
        return False
    try:
        return not ip_address(address).is_loopback
    except ValueError:
        return True


def _sign_in_is_set_up() -> bool:
    return "auth" in st.secrets if st.secrets.load_if_toml_exists() else False


def _require_sign_in() -> None:
    if st.user.is_logged_in:
        st.sidebar.caption(
            text("access.signed_in", who=st.user.get("email") or st.user.get("name"))
        )
        st.sidebar.button(text("access.sign_out"), on_click=st.logout, width="stretch")
        return
    st.title("Clickwise")
    st.markdown(text("access.sign_in_first"))
    st.button(text("access.sign_in"), on_click=st.login, type=prominent())
    st.stop()
