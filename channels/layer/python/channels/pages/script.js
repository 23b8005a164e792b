const live=document.querySelector('[data-live]');
if(live){let tag='';setInterval(async()=>{try{
 if(document.hidden)return;
 const r=await fetch(live.dataset.live,{headers:tag?{'If-None-Match':tag}:{},cache:'no-store'});
 if(r.status===200){tag=r.headers.get('etag')||'';live.innerHTML=await r.text()}
 else if(r.status!==304)location.reload()
}catch{}},5000)}
