"""Sending pictures, several at once."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _L

from ..models import Picture
from ..services.pictures import PictureChange


class SeveralFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    widget = SeveralFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        files = data if isinstance(data, (list, tuple)) else [data]
        return [super(SeveralFilesField, self).clean(each, initial) for each in files or [None]]


class UploadForm(forms.Form):
    images = SeveralFilesField(
        label=_L("Images à ajouter"),
        help_text=_L(
            "JPEG, PNG ou WebP, 10 Mo et 40 millions de pixels au plus chacune. Le lieu et la date "
            "de prise de vue sont effacés."
        ),
        widget=SeveralFilesInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )


class PictureForm(forms.Form):
    alt = forms.CharField(
        label=_L("Ce que l'on voit"),
        max_length=150,
        error_messages={"required": _L("Décrivez l'image en quelques mots.")},
    )
    role = forms.ChoiceField(label=_L("Nature"), choices=Picture.Role.choices)
    position = forms.IntegerField(label=_L("Rang"), min_value=1, max_value=99)
    # What the picture said when the page was shown: who wrote meanwhile is not written over.
    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, picture: Picture) -> None:
        initial = {"alt": picture.alt, "role": picture.role, "position": picture.position + 1}
        super().__init__(data, initial=initial, prefix=f"p{picture.pk}")
        self.picture = picture
        # What the page they come from said, and still says if it is shown again.
        self.told = (self.is_bound and self["shown"].value()) or picture.told

    def change(self) -> PictureChange:
        typed = self.cleaned_data
        return PictureChange(
            shown=typed["shown"],
            alt=typed["alt"],
            role=typed["role"],
            position=typed["position"] - 1,
        )
