# The one path of the Django project of this benchmark, as the documentation of Django REST framework API Key has it.

from django.urls import path
from rest_framework.response import Response
from rest_framework.views import APIView


class Verify(APIView):
    def get(self, request):
        return Response()


urlpatterns = [path("verify", Verify.as_view())]
