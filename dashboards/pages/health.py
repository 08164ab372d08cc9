"""Whether the application and its database live, for whoever watches over them; and the files of the pages."""

from fastapi import APIRouter, Request
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from dashboards.assets import Assets
from dashboards.visit import OpenToAll
from models.database import DatabaseError, revision, transaction

router = APIRouter(dependencies=[OpenToAll])


@router.get("/gezond")
def health() -> Response:
    """200 with the version of the database, or 503 with what is wrong."""
    try:
        with transaction() as session:
            return JSONResponse({"gezond": True, "database": revision(session)})
    except (DatabaseError, SQLAlchemyError) as error:
        return JSONResponse({"gezond": False, "database": type(error).__name__}, 503)


@router.get("/static/{name}")
def static(name: str, request: Request) -> Response:
    assets: Assets = request.app.state.assets
    found = assets.serve(name, request)
    if found is None:
        raise HTTPException(404)
    return found
