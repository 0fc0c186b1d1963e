"""E-tjänst is an entry in the one entrance to e-services."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field

from site_builder.content.fields import Phone, Ref, Text, Texts, Url, YesNo, _as_list
from site_builder.content.record import Dataset, Record, TypeInfo
from site_builder.content.site_view import SiteView


class EService(Record):
    """An e-service."""

    info: ClassVar = TypeInfo(
        name="eservice",
        plural="eservices",
        folder="etjanster",
        swedish="e-tjänst",
        swedish_plural="e-tjänster",
        section="/e-tjanster/",
        rank=20,
        required=("target",),
        a_to_z=True,
        listing="own",
        line="eservice",
        many={"services": "services"},
        in_english=True,
        dataset=Dataset(
            "E-services",
            "Kommunens e-tjänster: vad de gör, var de finns och om de kräver e-legitimation.",
            "The municipality's e-services: what they do, where they are and whether they need an e-ID.",
        ),
    )

    target: Url | None = Field(None, alias="mål", description="Var e-tjänsten finns.")
    via_page: YesNo = Field(
        False, alias="via_sida", description="`mål` är en sida varifrån man går vidare till e-tjänsten."
    )
    login: Literal["ingen", "e-legitimation", "konto"] | None = Field(
        None, alias="inloggning", description="Hur man loggar in."
    )
    mobile: YesNo = Field(False, alias="mobil", description="Fungerar i mobil.")
    services: Annotated[list[Annotated[Text, Ref("service")]], BeforeValidator(_as_list)] = Field(
        [], alias="tjänster", description="Tjänster den hör till."
    )
    urgent_phone: Phone | None = Field(None, alias="akut_telefon", description="Nummer vid akuta fel.")
    requires: Texts = Field([], alias="kräver", description="Vad som krävs.")
    handling_time: Text = Field("", alias="handläggningstid", description="Handläggningstid.")

    def address(self, slug: str) -> str:
        """`/e-tjanster/<slug>/`."""
        return f"/e-tjanster/{slug}/"

    def facts(self) -> dict[str, Any]:
        """What the one entrance to e-services shows."""
        return {
            "target": self.target or "",
            "via_page": self.via_page,
            "login": self.login or "",
            "mobile": self.mobile,
            "urgent_phone": self.urgent_phone or "",
        }

    @classmethod
    def card_facts(cls, one: Any, site: SiteView) -> dict[str, Any]:
        """When its number for what is urgent answers."""
        number = one.facts["urgent_phone"]
        return {"urgent_hours": site.opening_hours(number)} if number else {}
