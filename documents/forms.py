"""What applicants and staff type or choose about pieces."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

ACCEPTED = ".pdf,.jpg,.jpeg,.png,.heic,.heif,application/pdf,image/*"


class SeveralFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class SeveralFilesField(forms.FileField):
    """A list of files; each is judged by the service, which names the one that is refused."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", SeveralFilesInput(attrs={"accept": ACCEPTED}))
        super().__init__(**options)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        files = data if isinstance(data, (list, tuple)) else [data] if data else []
        if not files:
            super().clean(None, initial)
        return list(files)


class GiveForm(forms.Form):
    """The files of a piece."""

    attached = SeveralFilesField(
        label=_("Vos fichiers ou photos"),
        allow_empty_file=True,
        help_text=_(
            "PDF, JPEG, PNG ou HEIC, 10 Mo chacun au plus. Plusieurs fichiers si la pièce a "
            "plusieurs pages."
        ),
    )
    replace = forms.BooleanField(
        label=_("Remplacer les fichiers déjà donnés"),
        required=False,
        help_text=_("Sinon, les nouveaux fichiers s'y ajoutent."),
    )
    upload_id = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, completes: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not completes:
            # Nothing to add to: what is sent is the whole piece.
            del self.fields["replace"]
