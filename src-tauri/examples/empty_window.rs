//! A window with nothing in it: what the desktop's libraries cost by themselves, for `./dev bench window`.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let app = tauri::Builder::default()
        .setup(|app| {
            let nothing = tauri::WebviewUrl::CustomProtocol("data:text/html,<title>empty</title>".parse()?);
            tauri::WebviewWindowBuilder::new(app, "main", nothing)
                .title("empty")
                .inner_size(1180.0, 780.0)
                .build()?;
            Ok(())
        })
        .build(tauri::generate_context!())?;
    app.run(|_, _| {});
    Ok(())
}
