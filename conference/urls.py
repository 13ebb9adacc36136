"""Every address; what is public of a conference hangs under /<language>/<conference>/."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, re_path
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override

from conference.views import errors, health, media, public

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.not_found
handler500 = errors.server_error

# An uploaded page or drawing shows what it is, and runs, loads and sends nothing.
STILL = {name: [CSP.NONE] for name in ("default-src", "base-uri", "form-action", "frame-ancestors")}

urlpatterns = [
    path("", public.root, name="root"),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    # Uploaded files that are public; a reverse proxy serves them where there is one.
    re_path(
        r"^media/(?P<path>.+)$",
        login_not_required(csp_override(STILL)(media.media)),
        name="media",
    ),
    path("", include("conference.site_urls")),
]
urlpatterns += i18n_patterns(
    path("", public.root, name="language_root"),
    path("admin/", admin.site.urls),
    path("account/", include("conference.accounts.urls")),
    path("<slug:conference>/", include("conference.conference_urls")),
    path("<slug:conference>/", include("programme.urls")),
    path("<slug:conference>/", include("speakers.urls")),
    path("<slug:conference>/", include("registration.urls")),
    path("<slug:conference>/", include("press.urls")),
)
